package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A move to another WAL during appends, on request or because the WAL fails [R9]. */
@Timeout(120)
class SwitchWalTest {

    private static final int LARGEST = 20_000;
    private static final int WRITERS = 3;

    @TempDir
    Path dir;

    private final FaultyWals wals = new FaultyWals();

    @Test
    void appendsContinueDuringRepeatedWalSwitches() {
        StreamStore store = open(Stores.in(dir));
        Load load = new Load(store);
        for (int i = 0; i < 12; i++) {
            load.awaitMore();
            URI next = URI.create(wal("wal" + i % 3));
            if (!next.getPath().equals(store.wal().getPath())) {
                Stores.get(store.switchWal(next));
                assertThat(store.wal()).isEqualTo(next);
            }
        }
        load.stop();
        load.verify(store);
        assertThat(store.stats().atRiskBytes()).isZero();
        Stores.close(store);
        memoryIsReturned();
    }

    /** With {@code -Ds3.uri} the objects and the S3 WAL are there. */
    @Test
    @Tag("campaign")
    @Timeout(300)
    void twentyMegabytesPerSecondContinueFromBlockToS3ToNfsAndBack() throws Exception {
        String objects = System.getProperty("s3.uri");
        StreamStore store = open(Stores.in(dir)
                .storage(objects == null ? Stores.objects(dir) : Stores.below(objects, "" + dir.getFileName()))
                .wal(wal("wal"))
                .config(Stores.smallSizes()
                        .writeCacheBytes(64 << 20)
                        .uploadThresholdBytes(4 << 20)
                        .blockBytes(256 << 10)
                        .streamObjectBytes(1 << 20)
                        .build()));
        List<URI> wals = List.of(
                URI.create("store:/?linger=5ms&capacity=64MiB"),
                URI.create(Stores.nfsWal(dir)),
                URI.create(wal("wal")));
        Load load = new Load(store, 20_000_000);
        long end = System.nanoTime()
                + Duration.ofSeconds(Integer.getInteger("switch.seconds", 60)).toNanos();
        int switches = 0;
        while (System.nanoTime() < end) {
            load.awaitMore();
            Stores.get(store.switchWal(wals.get(switches++ % wals.size())));
        }
        load.stop();
        load.verify(store);
        System.out.println(switches + " switches, " + store.stats().appendedBytes() + " bytes of frames");
        Stores.close(store);
        memoryIsReturned();
    }

    @Test
    void dataOnPreviousWalIsReadableOnAnother() {
        StreamStore store = open(Stores.in(dir));
        Load load = new Load(store);
        load.awaitMore();
        load.stop();
        Stores.abandon(store);
        store = open(Stores.in(dir).wal(wal("other")));
        load.verify(store);
        Stores.close(store);
    }

    @Test
    void failingWalIsReplacedAndItsDataIsAtRiskUntilUploaded() {
        SlowStorage slow = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        StreamStore store = open(Stores.in(dir)
                .storage(slow)
                .config(Stores.smallSizes()
                        .uploadInterval(Duration.ofHours(1))
                        .uploadThresholdBytes(8 << 20)
                        .build())
                .walFallback(wal("fallback")));
        Stream stream = Stores.own(store, "a");
        slow.hold();
        Stores.get(stream.append(RecordBatch.of(new byte[1000], 1)).durable());
        assertThat(store.stats().atRiskBytes()).isZero();
        wals.fail("/wal?");
        List<CompletableFuture<Long>> later = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            later.add(stream.append(RecordBatch.of(new byte[] {(byte) i}, 1)).durable());
        }
        for (int i = 0; i < 20; i++) {
            assertThat(Stores.get(later.get(i))).isEqualTo(1 + i);
        }
        assertThat(store.wal().getPath()).endsWith("/fallback");
        assertThat(store.stats().atRiskBytes()).isGreaterThanOrEqualTo(1000);
        slow.letGo();
        await().untilAsserted(() -> assertThat(store.stats().atRiskBytes()).isZero());
        Stores.scan(
                stream,
                1,
                21,
                1000,
                batch -> assertThat(batch.payload().get(0)).isEqualTo((byte) (batch.baseOffset() - 1)));
        Stores.close(store);
        slow.close();
        memoryIsReturned();
    }

    @Test
    void failingWalUnderLoadOnlyDelaysAppends() {
        StreamStore store = open(Stores.in(dir).walFallback(wal("fallback")));
        Load load = new Load(store);
        load.awaitMore();
        wals.fail("/wal?");
        await().until(() -> store.wal().getPath().endsWith("/fallback"));
        load.awaitMore();
        load.stop();
        load.verify(store);
        Stores.abandon(store);
        StreamStore again = open(Stores.in(dir).wal(wal("third")));
        load.verify(again);
        Stores.close(again);
        memoryIsReturned();
    }

    @Test
    void silentWalIsReplaced() {
        StreamStore store = open(Stores.in(dir)
                .config(Stores.smallSizes().walTimeout(Duration.ofMillis(100)).build())
                .walFallback(wal("fallback")));
        Load load = new Load(store);
        load.awaitMore();
        wals.silence("/wal?");
        await().until(() -> store.wal().getPath().endsWith("/fallback"));
        load.awaitMore();
        wals.answer(); // late answers change nothing
        load.awaitMore();
        load.stop();
        load.verify(store);
        Stores.close(store);
        memoryIsReturned();
    }

    @Test
    void silentWalCanBeLeft() {
        StreamStore store = open(Stores.in(dir)
                .config(Stores.smallSizes().walTimeout(Duration.ofMillis(100)).build()));
        Load load = new Load(store);
        load.awaitMore();
        wals.silence("/wal?");
        CompletableFuture<Void> left = store.switchWal(URI.create(wal("other")));
        await().until(() -> store.wal().getPath().endsWith("/other"));
        load.awaitMore();
        wals.answer();
        Stores.get(left);
        load.stop();
        load.verify(store);
        Stores.close(store);
        memoryIsReturned();
    }

    @Test
    void failingWalWithoutFallbackFailsAppends() {
        StreamStore store = open(Stores.in(dir));
        Stream stream = Stores.own(store, "a");
        wals.fail("/wal?");
        CompletableFuture<Long> failed =
                stream.append(RecordBatch.of(new byte[10], 1)).durable();
        assertThatThrownBy(() -> Stores.get(failed))
                .isInstanceOfSatisfying(
                        AppendFailedException.class,
                        e -> assertThat(e.outcome()).isEqualTo(AppendFailedException.Outcome.NOT_WRITTEN))
                .hasMessageContaining("block://");
        Stores.close(store);
        memoryIsReturned();
    }

    @Test
    void failingFallbackFailsAppends() {
        StreamStore store = open(Stores.in(dir).walFallback(wal("fallback")));
        Stream stream = Stores.own(store, "a");
        Stores.get(stream.append(RecordBatch.of(new byte[10], 1)).durable());
        wals.fail("/wal?");
        wals.fail("/fallback?");
        CompletableFuture<Long> failed =
                stream.append(RecordBatch.of(new byte[10], 1)).durable();
        assertThatThrownBy(() -> Stores.get(failed)).isInstanceOf(AppendFailedException.class);
        assertThat(stream.confirmOffset()).isEqualTo(1);
        Stores.close(store);
        memoryIsReturned();
    }

    @Test
    void impossibleSwitchChangesNothing() throws Exception {
        StreamStore store = open(Stores.in(dir));
        Stream stream = Stores.own(store, "a");
        URI before = store.wal();
        assertThatThrownBy(() -> Stores.get(store.switchWal(URI.create(Stores.wal(dir)))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("it is the WAL being written");
        assertThatThrownBy(() -> Stores.get(store.switchWal(URI.create("tape:///dev/tape0"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no WAL for scheme 'tape'")
                .hasMessageContaining("write block:///dev/tape0");
        assertThatThrownBy(() ->
                        Stores.get(store.switchWal(URI.create("block://" + dir.resolve("small") + "?capacity=256KiB"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("takes frames of")
                .hasMessageContaining("capacity");
        Path file = Files.writeString(dir.resolve("text"), "something else");
        assertThatThrownBy(() -> Stores.get(store.switchWal(URI.create("block://" + file))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("holds other data");
        assertThatThrownBy(() -> Stores.get(store.switchWal(URI.create("block://" + dir + "/no/such/directory/wal"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("has no directory");
        assertThat(store.wal()).isEqualTo(before);
        Stores.get(stream.append(RecordBatch.of(new byte[10], 1)).durable());
        Stores.close(store);
        memoryIsReturned();
    }

    @Test
    void fallbackIsCheckedAtOpen() {
        assertThatThrownBy(() -> open(Stores.in(dir).walFallback(Stores.wal(dir))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("walFallback");
        assertThatThrownBy(() -> open(Stores.in(dir).walFallback("block://" + dir + "/no/such/directory/wal")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("has no directory");
        Stores.close(open(Stores.in(dir)));
        memoryIsReturned();
    }

    @Test
    void smallFallbackLimitsBatches() {
        StreamStore store = open(Stores.in(dir).walFallback("block://" + dir.resolve("small") + "?capacity=512KiB"));
        Stream stream = Stores.own(store, "a");
        assertThat(stream.maxAppendBytes()).isBetween(64 << 10, 128 << 10);
        wals.fail("/wal?");
        Stores.get(stream.append(RecordBatch.of(new byte[stream.maxAppendBytes()], 1))
                .durable());
        assertThat(store.wal().getPath()).endsWith("/small");
        Stores.close(store);
        memoryIsReturned();
    }

    private StreamStore open(StreamStoreBuilder builder) {
        return Stores.get(new CoreStoreProvider(wals).open(builder));
    }

    private String wal(String name) {
        return "block://" + dir.resolve(name) + "?capacity=4MiB&singleAttach=true";
    }

    private void memoryIsReturned() {
        await("slabs are returned").until(() -> wals.slabsOut() == 0);
        WatchedParts.awaitNoThreads();
    }

    /** Writers that append until they are told to stop. No append may fail. */
    private static final class Load {

        private final AtomicBoolean over = new AtomicBoolean();
        private final double nanosPerByte;
        private final List<Stream> streams = new ArrayList<>();
        private final List<CompletableFuture<Void>> writers = new ArrayList<>();

        Load(StreamStore store) {
            this(store, Integer.MAX_VALUE);
        }

        Load(StreamStore store, int bytesPerSecond) {
            this.nanosPerByte = 1e9 * WRITERS / bytesPerSecond;
            for (int i = 0; i < WRITERS; i++) {
                int who = i;
                Stream stream = Stores.own(store, "s" + i);
                streams.add(stream);
                writers.add(CompletableFuture.runAsync(() -> write(stream, who), task -> new Thread(task).start()));
            }
        }

        private void write(Stream stream, int who) {
            long due = System.nanoTime();
            while (!over.get()) {
                RecordBatch batch = Payloads.batch(who, stream.nextOffset(), LARGEST);
                due += (long) (nanosPerByte * batch.payload().remaining());
                stream.append(batch);
                LockSupport.parkNanos(due - System.nanoTime());
            }
            Stores.get(stream.whenDurable(stream.nextOffset()));
        }

        /** Each writer gets an acknowledgement. */
        void awaitMore() {
            List<Long> ends = streams.stream().map(Stream::confirmOffset).toList();
            await().until(() -> {
                for (int i = 0; i < WRITERS; i++) {
                    if (streams.get(i).confirmOffset() < ends.get(i) + 20) {
                        return false;
                    }
                }
                return true;
            });
        }

        void stop() {
            over.set(true);
            writers.forEach(Stores::get);
        }

        /** All appended records are there, in order, unchanged. */
        void verify(StreamStore store) {
            for (int i = 0; i < WRITERS; i++) {
                StreamReader stream = Stores.read(store, "s" + i);
                Stores.get(store.flush());
                StreamReader fresh = Stores.read(store, "s" + i);
                assertThat(fresh.confirmOffset())
                        .isEqualTo(streams.get(i).nextOffset())
                        .isGreaterThanOrEqualTo(stream.confirmOffset());
                Stores.verify(fresh, i, LARGEST);
            }
        }
    }
}
