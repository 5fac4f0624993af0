package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.FencedException;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.testkit.wal.WalFixture;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The contract, and races, on a Ceph object gateway, whose conditional writes are atomic: {@code .ci/rgw} starts one
 * and tells how to run this. The system property {@code s3.endpoint} is its address.
 */
@Tag("rgw")
class S3WalOnRgwTest extends S3WalContract {

    private static final int IN_FLIGHT = 16;
    private static final int ROUNDS = Integer.getInteger("rgw.rounds", 10);

    private final S3Server server = S3Server.named();

    @Override
    protected WalFixture openFixture() {
        return new S3Fixture(server::open, NODE, Duration.ofSeconds(5));
    }

    /** Two openers race for a generation whose writer has 16 PUTs in flight. All three agree on its end. */
    @Test
    void twoOpenersRaceWriterWithSixteenPutsInFlight() {
        Random random = new Random(1);
        for (int round = 1; round <= ROUNDS; round++) {
            String prefix = UUID.randomUUID().toString();
            try (ObjectStorage writers = server.open(prefix, ByteBufAllocator.DEFAULT);
                    ObjectStorage openers = server.open(prefix, ByteBufAllocator.DEFAULT);
                    TestProcess writer = new TestProcess(writers, new S3WalRules()).begin(TestProcess.EPOCH, 1);
                    TestProcess one = new TestProcess(openers, new S3WalRules());
                    TestProcess other = new TestProcess(openers, new S3WalRules())) {
                Deque<CompletableFuture<Void>> inFlight = new ArrayDeque<>();
                int before = random.nextInt(60);
                long acked = 0;
                CompletableFuture<Void> fences = null;
                while (true) {
                    while (inFlight.size() < IN_FLIGHT) {
                        inFlight.add(writer.append(random.nextInt(3000), acked));
                    }
                    if (acked >= before && fences == null) {
                        fences = CompletableFuture.allOf(
                                one.session.medium().fence(writer.descriptor, 1),
                                other.session.medium().fence(writer.descriptor, 1));
                    }
                    try {
                        inFlight.remove().join();
                        acked++;
                    } catch (CompletionException e) {
                        assertThat(e).hasCauseInstanceOf(FencedException.class);
                        break;
                    }
                }
                WalSession.get(fences);
                assertThat(inFlight)
                        .allSatisfy(append -> assertThat(append)
                                .failsWithin(Duration.ofSeconds(30))
                                .withThrowableThat()
                                .withCauseInstanceOf(FencedException.class));
                WalAnchor start = WalFrames.start(writer.descriptor, 1);
                List<WalSession.Read> first = one.session.replay(writer.descriptor, start);
                List<WalSession.Read> second = other.session.replay(writer.descriptor, start);
                assertThat(first).hasSameSizeAs(second).hasSizeGreaterThanOrEqualTo((int) acked);
                for (int i = 0; i < first.size(); i++) {
                    assertThat(first.get(i).bytes())
                            .isEqualTo(writer.frames.written().get(i).bytes());
                }
                one.session.release(writer.descriptor);
            }
        }
    }
}
