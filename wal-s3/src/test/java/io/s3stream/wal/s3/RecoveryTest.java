package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.storage.StorageOpener;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.wal.WalSession;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reading back, reaching the right place, and timeouts. */
class RecoveryTest {

    private final UnpooledByteBufAllocator ledger = new UnpooledByteBufAllocator(true, true);
    private final MemoryObjectStorage storage = new MemoryObjectStorage(ledger);

    @AfterEach
    void memoryIsReturned() {
        storage.close();
        Awaitility.await("all read memory is returned")
                .pollDelay(Duration.ZERO)
                .until(() -> ledger.metric().usedHeapMemory() + ledger.metric().usedDirectMemory() == 0);
    }

    private TestProcess process() {
        return new TestProcess(storage, new S3WalRules());
    }

    private static void append(TestProcess process, int count, int payload) {
        List<CompletableFuture<Void>> appends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            appends.add(process.append(payload));
            if (appends.size() == 16) {
                appends.forEach(WalSession::get);
                appends.clear();
            }
        }
        appends.forEach(WalSession::get);
    }

    @Test
    void moreFramesThanListingHoldsAreReplayedInParallelWithinBounds() {
        try (TestProcess older = process().begin(TestProcess.EPOCH, 1);
                TestProcess newer = process()) {
            append(older, 2300, 10);
            assertThat(newer.session.fenceAndReplay(older.descriptor, older.frames.start()))
                    .hasSize(2300);
            assertThat(newer.storage.mostReadsUnderWay.get()).isBetween(1, FrameWindow.MAX_READS);
        }
    }

    @Test
    void replayClosedEarlyReturnsEverything() {
        try (TestProcess older = process().begin(TestProcess.EPOCH, 1);
                TestProcess newer = process()) {
            append(older, 100, 1000);
            try (Replay replay =
                    WalSession.get(newer.session.medium().replay(older.descriptor, older.frames.start()))) {
                WalSession.get(replay.next());
                WalSession.get(replay.next());
            }
        }
    }

    @Test
    void preparationWithLostResponseIsRecognised() {
        try (TestProcess process = process()) {
            process.storage.losing.set(true);
            CompletableFuture<?> prepared = process.session.medium().prepare(TestProcess.EPOCH);
            Awaitility.await("it is there")
                    .until(() -> storage.head("wal/3/65536/opening").join().isPresent());
            process.storage.losing.set(false);
            WalSession.get(prepared);
        }
    }

    @Test
    void otherStoresGenerationOfSameNumberIsConflict() {
        try (TestProcess one = process().begin(TestProcess.EPOCH, 1);
                TestProcess other = process()) {
            assertThat(one.descriptor.walEpoch()).isEqualTo(TestProcess.EPOCH);
            // as if of another store: the nonces differ
            other.runtime.randomLong();
            assertThatThrownBy(() -> other.session.prepare(TestProcess.EPOCH))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("wal/3/65536/opening");
        }
    }

    @Test
    void unansweredPutFailsItsAppendInTime() {
        try (TestProcess process =
                new TestProcess(storage, new S3WalRules(), "store:/?timeout=50ms").begin(TestProcess.EPOCH, 1)) {
            WalSession.get(process.append(10));
            process.storage.hold(true);
            CompletableFuture<Void> first = process.append(10);
            CompletableFuture<Void> second = process.append(10);
            for (CompletableFuture<Void> append : List.of(first, second)) {
                assertThatThrownBy(() -> WalSession.get(append))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("timeout");
            }
            CompletableFuture<Void> closed = process.log.closeAsync();
            assertThat(closed).isNotDone(); // they may still be sending
            process.storage.hold(false);
            WalSession.get(closed);
        }
    }

    @Test
    void otherBucketIsOpenedWithItsOwnOptionsAndClosedWithMedium() {
        FaultyStorage other = new FaultyStorage(storage);
        List<URI> opened = new ArrayList<>();
        try (ThreadedTestRuntime runtime = new ThreadedTestRuntime(1)) {
            WalContext context = context(runtime, new FaultyStorage(storage), uri -> {
                opened.add(uri);
                return CompletableFuture.completedFuture(other);
            });
            URI uri = URI.create("s3://other/prefix?linger=2ms&region=r&capacity=1GiB");
            WalMedium medium = WalSession.get(new S3WalProvider().attach(uri, AttachMode.CREATE, context));
            assertThat(WalSession.get(medium.prepare(TestProcess.EPOCH)).capacityBytes())
                    .isEqualTo(1L << 30);
            Awaitility.await("swept").until(() -> other.requests.get() >= 2);
            assertThat(opened).containsExactly(URI.create("s3://other/prefix?region=r"));
            medium.close();
            Awaitility.await("closed").untilTrue(other.closed);
        }
    }

    @Test
    void storesOwnStorageIsNotClosedWithMedium() {
        TestProcess process = process();
        process.close();
        assertThat(process.storage.closed).isFalse();
    }

    @Test
    void missingBucketIsUnreachableAndNotEmpty() {
        try (ThreadedTestRuntime runtime = new ThreadedTestRuntime(1)) {
            WalContext context = context(
                    runtime,
                    new FaultyStorage(storage),
                    uri -> CompletableFuture.failedFuture(new InvalidRequestException("no such bucket")));
            assertThatThrownBy(() -> WalSession.get(
                            new S3WalProvider().attach(URI.create("s3://gone/p"), AttachMode.EXISTING, context)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContainingAll("unreachable", "no such bucket");
        }
    }

    @Test
    void inspectionTellsWhereAndWhyRunEnds() {
        try (TestProcess process = process().begin(TestProcess.EPOCH, 1)) {
            append(process, 5, 100);
            byte[] damaged = process.frames.written().get(3).bytes().clone();
            damaged[100] ^= 1;
            storage.put(process.keys().of(4), ObjectBody.of(damaged), PutCondition.ALWAYS)
                    .join();
            WalInspection.FoundGeneration found = WalSession.get(new S3WalProvider()
                            .inspect(
                                    URI.create("store:/"),
                                    context(process.runtime, process.storage, uri -> new CompletableFuture<>())))
                    .generations()
                    .get(0);
            assertThat(found.frames()).isEqualTo(3);
            assertThat(found.lastSequence()).isEqualTo(3);
            assertThat(found.end().orElseThrow()).contains(process.keys().of(4), "damaged");
        }
    }

    private static WalContext context(ThreadedTestRuntime runtime, ObjectStorage own, StorageOpener opener) {
        return new WalContext(
                runtime, own, opener, UnpooledByteBufAllocator.DEFAULT, new UUID(1, 2), TestProcess.NODE, 1 << 20);
    }
}
