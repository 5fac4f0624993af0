package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalSession;
import io.s3stream.wal.s3.fence.FenceMarker;
import io.s3stream.wal.s3.fence.WalKeys;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The time of each deletion, and that no request is made without a reason (L27, L29). */
class TrimTest {

    private final MemoryObjectStorage storage = new MemoryObjectStorage(ByteBufAllocator.DEFAULT);
    private TestProcess process;

    @BeforeEach
    void open() {
        process = new TestProcess(storage, new S3WalRules()).begin(TestProcess.EPOCH, 1);
    }

    @AfterEach
    void close() {
        process.close();
        storage.close();
    }

    private void append(int count) {
        List<CompletableFuture<Void>> appends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            appends.add(process.append(10));
            if (appends.size() == 16) {
                appends.forEach(WalSession::get);
                appends.clear();
            }
        }
        appends.forEach(WalSession::get);
    }

    private void trim(long sequence) {
        process.log.trim(process.frames.anchor(sequence).endPosition());
    }

    private List<Long> kept() {
        List<Long> kept = new ArrayList<>();
        String after = process.keys().prefix();
        List<ObjectSummary> page =
                storage.list(process.keys().prefix(), after, 1000).join();
        while (!page.isEmpty()) {
            page.forEach(object -> kept.add(WalKeys.sequence(object.key())));
            after = page.get(page.size() - 1).key();
            page = storage.list(process.keys().prefix(), after, 1000).join();
        }
        kept.remove(-1L); // the opening object
        return kept;
    }

    private void awaitKept(Long... sequences) {
        Awaitility.await("trimmed").untilAsserted(() -> assertThat(kept()).containsExactly(sequences));
    }

    @Test
    void trimmedFramesAreDeletedInBatchesOfThousand() {
        append(2500);
        trim(2498);
        awaitKept(2499L, 2500L);
        assertThat(process.storage.deletes).hasValue(3);
    }

    @Test
    void singleBatchIsInFlightAtATime() {
        append(10);
        process.storage.hold(true);
        for (long sequence = 1; sequence <= 8; sequence++) {
            trim(sequence);
        }
        Awaitility.await("the first batch is in flight").until(() -> process.storage.held() == 1);
        process.storage.hold(false);
        awaitKept(9L, 10L);
        assertThat(process.storage.deletes.get()).isLessThanOrEqualTo(3);
    }

    @Test
    void refusedKeyAloneIsRepeatedWithNextTrim() {
        append(10);
        process.storage.refusedDeletes = key -> key.equals(process.keys().of(2));
        trim(4);
        awaitKept(2L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(process.storage.deletes).hasValue(1);
        process.storage.refusedDeletes = key -> false;
        trim(5);
        awaitKept(6L, 7L, 8L, 9L, 10L);
        assertThat(process.storage.deletes).hasValue(2);
    }

    @Test
    void failedBatchIsRepeatedWithNextTrim() {
        append(6);
        process.storage.failing.set(true);
        trim(2);
        Awaitility.await("it was tried").until(() -> process.storage.deletes.get() == 1);
        process.storage.failing.set(false);
        trim(3);
        awaitKept(4L, 5L, 6L);
    }

    @Test
    void releaseDeletesFramesLeftByTrimsAndUntrimmedFrames() {
        append(1200);
        process.storage.failing.set(true);
        trim(10);
        Awaitility.await("it was tried").until(() -> process.storage.deletes.get() == 1);
        process.storage.failing.set(false);
        process.session.release(process.descriptor);
        assertThat(storage.list("", "", 1000).join()).isEmpty();
    }

    /** L29: after appends and trims there is no request at any time. */
    @Test
    void idleWalMakesNoRequest() {
        append(20);
        trim(15);
        awaitKept(16L, 17L, 18L, 19L, 20L);
        int requests = process.storage.requests.get();
        // There is no scheduled task either: a timer of the WAL would have to use its runtime.
        process.log.profile();
        process.log.usedBytes();
        trim(15);
        WalSession.get(process.log.closeAsync());
        assertThat(process.storage.requests).hasValue(requests);
    }

    /** The same in virtual time: no request in a day. */
    @Test
    void idleDayCostsNothing() {
        Simulator simulator = new Simulator(1);
        SimNode node = new SimNode(simulator, "n", step -> false);
        FaultyStorage counting =
                new FaultyStorage(new SimObjectStorage(node, new SimBucket(), () -> StorageFaults.NONE));
        WalContext context = new WalContext(
                node,
                counting,
                uri -> new CompletableFuture<>(),
                ByteBufAllocator.DEFAULT,
                new UUID(1, 2),
                TestProcess.NODE,
                1 << 20);
        WalMedium medium = new S3WalProvider()
                .attach(URI.create("store:/"), AttachMode.CREATE, context)
                .join();
        CompletableFuture<WalDescriptor> prepared = medium.prepare(TestProcess.EPOCH);
        simulator.runUntil(prepared::isDone, 1000, "prepare");
        WriteAheadLog log = medium.create(prepared.join(), 1);
        WalFrames frames = new WalFrames(prepared.join(), TestProcess.NODE, 1);
        for (int i = 0; i < 5; i++) {
            CompletableFuture<Void> append = log.append(frames.next(log, 100, i));
            simulator.runUntil(append::isDone, 1000, "append");
        }
        log.trim(frames.anchor(3).endPosition());
        simulator.runFor(60_000_000_000L);
        assertThat(counting.deletes).hasValue(1);
        int requests = counting.requests.get();
        simulator.runFor(24 * 3600 * 1_000_000_000L);
        assertThat(counting.requests).hasValue(requests);
        assertThat(simulator.runNext()).as("nothing is scheduled").isFalse();
    }

    @Test
    void nextOpeningSweepsLateFramesOfReleasedGeneration() {
        append(3);
        process.session.release(process.descriptor);
        String late = process.keys().of(4);
        put(late);
        WalSession.get(process.session.medium().prepare(2 * TestProcess.EPOCH));
        Awaitility.await("swept").until(() -> storage.head(late).join().isEmpty());
    }

    /** Only the opening object shows that a generation was not released. */
    @Test
    void sweepTouchesNoUnreleasedGenerationNoneInUseAndNoMarker() {
        append(3);
        try (TestProcess other = new TestProcess(storage, new S3WalRules())) {
            WalKeys gone = new WalKeys(TestProcess.NODE, 7);
            FenceMarker marker = new FenceMarker(TestProcess.NODE, 7, 1, 5, 1);
            put(gone.of(4));
            storage.put(gone.of(5), ObjectBody.of(marker.encode()), PutCondition.IF_ABSENT)
                    .join();
            WalSession.get(other.session.medium().prepare(2 * TestProcess.EPOCH));
            Awaitility.await("swept")
                    .until(() -> storage.head(gone.of(4)).join().isEmpty());
            assertThat(storage.head(gone.of(5)).join()).isPresent();
            assertThat(kept()).containsExactly(1L, 2L, 3L);
        }
        String opening = process.keys().opening();
        storage.delete(List.of(opening)).join(); // by hand, while its writer runs
        int requests = process.storage.requests.get();
        WalSession.get(process.session.medium().prepare(3 * TestProcess.EPOCH));
        Awaitility.await("looked").until(() -> process.storage.requests.get() >= requests + 3);
        assertThat(kept()).containsExactly(1L, 2L, 3L);
    }

    private void put(String key) {
        storage.put(key, ObjectBody.of(new byte[100]), PutCondition.IF_ABSENT).join();
    }
}
