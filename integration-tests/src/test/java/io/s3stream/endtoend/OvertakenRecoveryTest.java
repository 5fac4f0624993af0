package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.EngineParts;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import io.s3stream.testkit.wal.ForwardingWalMedium;
import io.s3stream.testkit.wal.ForwardingWalProvider;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A slow recovery finds frames missing that an earlier recovery had sealed as durable. If a faster recovery committed
 * and removed them, the slow one was fenced. Otherwise the frames are lost, and the recovery must report that.
 */
@Timeout(60)
class OvertakenRecoveryTest {

    private static final int LARGEST = 5_000;
    private static final int DEAD = 1;
    private static final String DAMAGE = "the frame does not have the bytes it was written with";

    private final RefusedUploads storage = new RefusedUploads();
    private final StreamStore slow = Stores.get(new CoreStoreProvider(new SlowReplays()).open(options(2)));
    private final CompletableFuture<Void> arrived = new CompletableFuture<>();
    private final CompletableFuture<Void> goOn = new CompletableFuture<>();
    private volatile boolean looksDamaged;
    private long end;

    /** A node that died with frames in its WAL, and a taker that died between sealing them and uploading any. */
    @BeforeEach
    void sealedAndNotCommitted() {
        StreamStore dead = Stores.open(options(DEAD));
        Stream stream = Stores.own(dead, "a");
        storage.refuse();
        for (int i = 0; i < 20; i++) {
            Stores.get(stream.append(Payloads.batch(0, stream.nextOffset(), LARGEST))
                    .durable());
        }
        end = stream.confirmOffset();
        Stores.abandon(dead);
        int refused = storage.refused();
        StreamStore taker = Stores.open(options(3));
        CompletableFuture<TakeOverReport> takeOver = taker.takeOver(DEAD);
        await().until(() -> storage.refused() > refused);
        Stores.abandon(taker);
        Stores.failure(() -> takeOver);
    }

    @AfterEach
    void closeAll() {
        Stores.close(slow);
        WatchedParts.awaitNoThreads();
    }

    @Test
    void framesRemovedByFasterRecoveryAreReportedAsFencing() {
        requireFencingByFasterRecovery();
    }

    /** The space of the frames already holds other data. */
    @Test
    void framesOverwrittenAfterFasterRecoveryAreReportedAsFencing() {
        looksDamaged = true;
        requireFencingByFasterRecovery();
    }

    private void requireFencingByFasterRecovery() {
        CompletableFuture<TakeOverReport> overtaken = slow.takeOver(DEAD);
        Stores.get(arrived);
        storage.allow();
        StreamStore fast = Stores.open(options(4));
        TakeOverReport report = Stores.get(fast.takeOver(DEAD));
        assertThat(report.frames()).isPositive();
        goOn.complete(null);
        StreamException failure = Stores.failure(() -> overtaken);
        Stream taken = Stores.own(fast, "a");
        assertThat(taken.confirmOffset()).isEqualTo(end);
        Stores.verify(taken, 0, LARGEST);
        Stores.close(fast);
        assertThat(failure)
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("another process has registered the node, epoch " + report.nodeEpoch());
    }

    @Test
    void damagedFramesWithoutOtherRecoveryAreDamage() {
        looksDamaged = true;
        goOn.complete(null);
        storage.allow();
        assertThat(Stores.failure(() -> slow.takeOver(DEAD)))
                .isInstanceOf(CorruptedDataException.class)
                .hasMessageContaining(DAMAGE);
        looksDamaged = false;
        assertThat(Stores.get(slow.takeOver(DEAD)).frames()).isPositive();
    }

    @Test
    void missingUncommittedFramesAreDamage() {
        CompletableFuture<TakeOverReport> takeOver = slow.takeOver(DEAD);
        Stores.get(arrived);
        storage.allow();
        storage.loseFrames();
        goOn.complete(null);
        assertThat(Stores.failure(() -> takeOver))
                .isInstanceOf(CorruptedDataException.class)
                .hasMessageContaining("were sealed as durable");
        assertThat(Stores.failure(() -> slow.takeOver(DEAD)))
                .as("and stays so")
                .isInstanceOf(CorruptedDataException.class);
    }

    private StreamStoreBuilder options(int node) {
        return StreamStore.builder()
                .storage(storage)
                .nodeId(node)
                .wal(Stores.storeWal())
                .config(Stores.small());
    }

    /** An engine whose replays wait before they read the medium. */
    private final class SlowReplays extends EngineParts {

        @Override
        public List<WalProvider> walProviders() {
            return super.walProviders().stream()
                    .<WalProvider>map(SlowProvider::new)
                    .toList();
        }
    }

    private final class SlowProvider extends ForwardingWalProvider {

        SlowProvider(WalProvider real) {
            super(real);
        }

        @Override
        public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
            return super.attach(uri, mode, context).thenApply(medium -> new ForwardingWalMedium(medium) {
                @Override
                public CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after) {
                    arrived.complete(null);
                    return goOn.thenCompose(now -> looksDamaged
                            ? CompletableFuture.failedFuture(new CorruptedDataException(DAMAGE))
                            : super.replay(descriptor, after));
                }
            });
        }
    }

    /** Storage that refuses data on command, and can lose the frames of a WAL. */
    private static final class RefusedUploads extends ForwardingObjectStorage {

        private final AtomicInteger refused = new AtomicInteger();
        private volatile boolean refuses;

        RefusedUploads() {
            super(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT));
        }

        void refuse() {
            refuses = true;
        }

        void allow() {
            refuses = false;
        }

        int refused() {
            return refused.get();
        }

        void loseFrames() {
            List<String> keys = list("wal/" + DEAD + "/", "", 1000).join().stream()
                    .map(ObjectSummary::key)
                    .filter(key -> !key.endsWith("/opening"))
                    .toList();
            assertThat(keys).isNotEmpty();
            delete(keys).join();
        }

        @Override
        public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
            if (refuses && key.startsWith("data/")) {
                refused.incrementAndGet();
                return CompletableFuture.failedFuture(new StorageException("no data is taken now"));
            }
            return super.put(key, body, condition);
        }

        @Override
        public void close() {
            // stays for the other stores
        }
    }
}
