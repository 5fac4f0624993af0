package io.s3stream.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WalMediaTest {

    private static final String A = "test:/a";
    private static final URI URI_A = URI.create("test:///a?size=1");

    private final TestMedium.Provider provider = new TestMedium.Provider();
    private final WalMedia media = new WalMedia(List.of(provider), context());

    private static WalContext context() {
        SimNode node = new SimNode(new Simulator(1), "node", step -> false);
        return new WalContext(
                node,
                new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT),
                null,
                UnpooledByteBufAllocator.DEFAULT,
                new UUID(1, 2),
                0,
                1 << 16);
    }

    private CompletableFuture<WalMedium> attach(String uri) {
        return media.attach(URI.create(uri), AttachMode.CREATE);
    }

    private TestMedium answer(int index) {
        TestMedium medium = new TestMedium(false);
        provider.attaches.get(index).complete(medium);
        return medium;
    }

    @Test
    void attachedMediumServesUrisWithOtherOptions() {
        CompletableFuture<WalMedium> first = attach("test:///a?size=1");
        TestMedium medium = answer(0);

        assertThat(first).isCompletedWithValue(medium);
        assertThat(attach("test:///a?size=2")).isCompletedWithValue(medium);
        assertThat(provider.attaches).hasSize(1);
    }

    @Test
    void concurrentAttachesOfSameUriShareOneAnswer() {
        CompletableFuture<WalMedium> first = attach("test:///a");
        CompletableFuture<WalMedium> second = attach("test:///a");
        assertThat(provider.attaches).hasSize(1);

        TestMedium medium = answer(0);

        assertThat(first).isCompletedWithValue(medium);
        assertThat(second).isCompletedWithValue(medium);
    }

    /** The failure of the first URI may be due to its options. */
    @Test
    void attachWithOtherOptionsWaitsAndTriesAfterFailure() {
        attach("test:///a?size=1");
        CompletableFuture<WalMedium> second = attach("test:///a?size=2");
        assertThat(provider.attaches).hasSize(1);
        provider.attaches.get(0).completeExceptionally(new StorageException("too small"));
        assertThat(provider.attaches).hasSize(2);

        assertThat(second).isNotDone();
        TestMedium medium = answer(1);
        assertThat(second).isCompletedWithValue(medium);
    }

    @Test
    void failedAttachIsNotRemembered() {
        CompletableFuture<WalMedium> first = attach("test:///a");
        provider.attaches.get(0).completeExceptionally(new StorageException("unreachable"));
        assertThat(first).isCompletedExceptionally();

        attach("test:///a");
        assertThat(provider.attaches).hasSize(2);
    }

    @Test
    void lateMediumOfAbandonedAttachIsClosed() {
        CompletableFuture<WalMedium> attach = attach("test:///a");
        media.abandon(A);

        assertThat(answer(0).closings).isEqualTo(1);

        assertThat(attach)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(StoreClosedException.class);
    }

    @Test
    void abandonedAttachThatIsRequestedAgainStaysAttached() {
        attach("test:///a");
        media.abandon(A);
        CompletableFuture<WalMedium> again = attach("test:///a");

        TestMedium medium = answer(0);

        assertThat(again).isCompletedWithValue(medium);
        assertThat(medium.closings).isZero();
    }

    @Test
    void detachedMediumIsClosedOnceItsCallWasAnswered() {
        attach("test:///a");
        TestMedium hanging = answer(0);
        media.detach(A);
        attach("test:///a");
        assertThat(provider.attaches).as("another medium is attached").hasSize(2);
        assertThat(hanging.closings).isZero();

        media.closeDetached(hanging);
        media.closeDetached(hanging);
        media.close();

        assertThat(hanging.closings).isEqualTo(1);
    }

    @Test
    void mediaThatAreStillNeededStayAttached() {
        attach("test:///a");
        attach("test:///b");
        TestMedium a = answer(0);
        TestMedium b = answer(1);

        media.closeAllBut(Set.of(A));

        assertThat(a.closings).isZero();
        assertThat(b.closings).isEqualTo(1);
    }

    @Test
    void closeClosesMediaThatAreAttachedDetachedOrLate() {
        attach("test:///a");
        attach("test:///b");
        attach("test:///late");
        TestMedium a = answer(0);
        TestMedium b = answer(1);
        media.detach("test:/b");

        media.close();

        assertThat(List.of(a.closings, b.closings, answer(2).closings)).containsExactly(1, 1, 1);
    }

    @Test
    void exclusiveMediumHoldsLockWhileItIsAttached() {
        attach("test:///a");
        answer(0);
        assertThat(media.holdsLocks()).isFalse();
        attach("test:///b");
        provider.attaches.get(1).complete(new TestMedium(true));
        assertThat(media.holdsLocks()).isTrue();

        media.close("test:/b");
        assertThat(media.holdsLocks()).isFalse();
    }

    @Test
    void unknownSchemeIsRefusedWithKnownOnes() {
        assertThat(media.mediumId(URI_A)).isEqualTo(A);
        assertThatThrownBy(() -> attach("tape:///a"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("tape")
                .hasMessageContaining("[test]");
    }
}
