package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import io.s3stream.testkit.wal.WalSession;
import io.s3stream.wal.s3.fence.FenceMarker;
import io.s3stream.wal.s3.fence.FenceRules;
import io.s3stream.wal.s3.fence.PutJudge;
import io.s3stream.wal.s3.fence.ReleaseRules;
import io.s3stream.wal.s3.fence.StoreJudge;
import io.s3stream.wal.s3.fence.WalKeys;
import java.util.List;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R3, R4: the requests and the results of a fencing. */
class FenceTest {

    private final MemoryObjectStorage storage = new MemoryObjectStorage(ByteBufAllocator.DEFAULT);

    @AfterEach
    void close() {
        storage.close();
    }

    private List<Long> markers(WalKeys keys) {
        return storage.list(keys.prefix(), keys.prefix(), 1000).join().stream()
                .filter(object -> WalKeys.sequence(object.key()) >= 0 && WalKeys.looksLikeMarker(object))
                .map(object -> WalKeys.sequence(object.key()))
                .toList();
    }

    @Test
    void farMarkerIsPutFirstAndThenEndIsSettled() {
        try (TestProcess older = new TestProcess(storage, new S3WalRules()).begin(TestProcess.EPOCH, 1);
                TestProcess newer = new TestProcess(storage, new S3WalRules())) {
            for (int i = 0; i < 5; i++) {
                WalSession.get(older.append(100));
            }
            newer.session.fence(older.descriptor, 3);
            assertThat(markers(older.keys())).containsExactly(6L, 6L + 4 * 16);
        }
    }

    @Test
    void secondFencingPutsNoMarkersAndStopsAtFirst() {
        try (TestProcess older = new TestProcess(storage, new S3WalRules()).begin(TestProcess.EPOCH, 1);
                TestProcess newer = new TestProcess(storage, new S3WalRules());
                TestProcess newest = new TestProcess(storage, new S3WalRules())) {
            WalSession.get(older.append(100));
            newer.session.fence(older.descriptor, 1);
            List<Long> before = markers(older.keys());
            newest.session.fence(older.descriptor, 1);
            assertThat(markers(older.keys())).isEqualTo(before);
            assertThatThrownBy(() -> WalSession.get(older.append(100))).isInstanceOf(FencedException.class);
        }
    }

    @Test
    void listedFramesCostNoRequestEach() {
        try (TestProcess older = new TestProcess(storage, new S3WalRules()).begin(TestProcess.EPOCH, 1);
                TestProcess newer = new TestProcess(storage, new S3WalRules())) {
            for (int i = 0; i < 200; i++) {
                WalSession.get(older.append(100));
            }
            newer.session.fence(older.descriptor, 1);
            assertThat(newer.storage.requests).hasValueLessThanOrEqualTo(5); // opening, LIST twice, two markers
        }
    }

    @Test
    void markersSurviveReleaseAndFramesDoNot() {
        try (TestProcess older = new TestProcess(storage, new S3WalRules()).begin(TestProcess.EPOCH, 1);
                TestProcess newer = new TestProcess(storage, new S3WalRules())) {
            WalSession.get(older.append(100));
            newer.session.fence(older.descriptor, 1);
            newer.session.release(older.descriptor);
            assertThat(storage.list("wal/", "", 1000).join())
                    .extracting(ObjectSummary::size)
                    .containsOnly((long) FenceMarker.BYTES);
            assertThat(markers(older.keys())).hasSize(2);
            assertThatThrownBy(() -> WalSession.get(older.append(100))).isInstanceOf(FencedException.class);
        }
    }

    @Test
    void frameMissingAfterFencingIsReported() {
        try (TestProcess older = new TestProcess(storage, new S3WalRules()).begin(TestProcess.EPOCH, 1);
                TestProcess newer = new TestProcess(storage, new S3WalRules())) {
            for (int i = 0; i < 3; i++) {
                WalSession.get(older.append(100));
            }
            newer.session.fence(older.descriptor, 1);
            storage.delete(List.of(older.keys().of(3))).join();
            assertThatThrownBy(() -> newer.session.replay(older.descriptor, older.frames.start()))
                    .isInstanceOf(CorruptedDataException.class)
                    .hasMessageContaining(older.keys().of(3));
        }
    }

    /** R7: a marker takes the key of an acknowledged frame that was deleted by hand. */
    @Test
    void acknowledgedFrameReplacedByMarkerIsReported() {
        try (TestProcess older = new TestProcess(storage, new S3WalRules()).begin(TestProcess.EPOCH, 1);
                TestProcess newer = new TestProcess(storage, new S3WalRules())) {
            for (int i = 0; i < 5; i++) {
                WalSession.get(older.append(100));
            }
            storage.delete(List.of(older.keys().of(3))).join();
            assertThatThrownBy(() -> newer.session.fenceAndReplay(older.descriptor, older.frames.start()))
                    .isInstanceOf(CorruptedDataException.class)
                    .hasMessageContainingAll(older.keys().of(3), "acknowledged");
        }
    }

    /** A fenced writer's frames behind the marker prove nothing. */
    @Test
    void unacknowledgedFramesBehindMarkerAreIgnored() {
        try (TestProcess older = new TestProcess(storage, new S3WalRules()).begin(TestProcess.EPOCH, 1);
                TestProcess newer = new TestProcess(storage, new S3WalRules())) {
            WalSession.get(older.append(100));
            older.storage.hold(key -> key.equals(older.keys().of(2)));
            for (int i = 0; i < 10; i++) {
                older.append(100, 1);
            }
            Awaitility.await("they have landed")
                    .until(() -> storage.head(older.keys().of(11)).join().isPresent());
            assertThat(newer.session.fenceAndReplay(older.descriptor, older.frames.start()))
                    .hasSize(1);
        }
    }

    /** R4: without a far marker the walk follows a faster writer for as long as it writes. */
    @Test
    void fasterWriterIsCaughtUpSoon() {
        assertThat(mostFramesWrittenDuringTheFencing(new S3WalRules())).isLessThan(20L * Opener.MAX_IN_FLIGHT);
    }

    @Test
    void walkWithoutFarMarkerNeverEnds() {
        FenceRules chasing = new FenceRules() {
            @Override
            public boolean needsFarMarker(Listed listed) {
                return false;
            }
        };
        assertThat(mostFramesWrittenDuringTheFencing(new S3WalRules(
                        new PutJudge(), chasing, new ReleaseRules(), new OpeningJudge(), new StoreJudge())))
                .isGreaterThan(1500L);
    }

    /** The maximum of several races, because chance lets the walk catch a writer that is slow at the right moment. */
    private static long mostFramesWrittenDuringTheFencing(S3WalRules rules) {
        return LongStream.rangeClosed(1, 8)
                .map(seed -> framesWrittenDuringTheFencing(rules, seed))
                .max()
                .orElseThrow();
    }

    private static long framesWrittenDuringTheFencing(S3WalRules rules, long seed) {
        Simulator simulator = new Simulator(seed);
        SimBucket bucket = new SimBucket();
        Register register = new Register();
        Opener writer = opener(simulator, bucket, rules, register, 2000);
        simulator.runUntil(() -> register.acknowledged() > 100, 1_000_000, "some acknowledgements");
        long before = register.acknowledged();
        Opener fencer = opener(simulator, bucket, rules, register, 0);
        simulator.runUntil(fencer::isOver, 1_000_000, "the fencing");
        assertThat(fencer.failure()).isNull();
        assertThat(fencer.hasRecovered()).isTrue();
        simulator.runUntil(writer::isOver, 1_000_000, "the writer");
        register.checkNothingLost();
        return register.acknowledged() - before;
    }

    private static Opener opener(
            Simulator simulator, SimBucket bucket, S3WalRules rules, Register register, int wanted) {
        SimNode node = new SimNode(simulator, "n" + wanted, step -> false);
        Opener opener = new Opener(node, bucket, () -> StorageFaults.NONE, rules, register, wanted);
        opener.run();
        return opener;
    }
}
