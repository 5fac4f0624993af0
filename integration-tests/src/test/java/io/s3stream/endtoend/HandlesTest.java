package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.CloseReason;
import io.s3stream.api.CloseReason.Cause;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StaleEpochException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Handles of streams: who gets which one, and how each of them ends. */
@Timeout(60)
class HandlesTest {

    private static final RecordBatch BATCH = RecordBatch.of("x", 1);

    @TempDir
    Path dir;

    private final List<StreamStore> opened = new ArrayList<>();

    @AfterEach
    void closeStores() {
        opened.forEach(Stores::close);
        WatchedParts.awaitNoThreads();
    }

    private StreamStore open() {
        StreamStore store = Stores.open(Stores.in(dir));
        opened.add(store);
        return store;
    }

    @Test
    void aReaderReadsAndIsNoOwner() {
        StreamStore store = open();
        Stream stream = Stores.own(store, "a");
        Stores.get(stream.append(BATCH).durable());
        Stores.get(stream.flush());
        StreamReader reader = Stores.get(store.openReader(stream.id()));
        assertThat(reader).isNotInstanceOf(Stream.class);
        assertThat(reader.name()).isEqualTo("a");
        assertThat(reader.confirmOffset()).isEqualTo(1);
        try (FetchResult result = Stores.get(reader.fetch(0, 1, 100, FetchOptions.NO_WAIT))) {
            assertThat(result.batches()).hasSize(1);
        }
        assertThat(Stores.failure(() -> store.openReader(4711))).isInstanceOf(StreamNotFoundException.class);
    }

    @Test
    void aCloseByTheCallerEndsOwnersAndReaders() {
        StreamStore store = open();
        Stream stream = Stores.own(store, "a");
        StreamReader reader = Stores.read(store, "a");
        for (StreamReader handle : List.of(reader, stream)) {
            CompletableFuture<CloseReason> closed = handle.closed();
            assertThat(closed).isNotDone();
            Stores.get(handle.close());
            assertThat(Stores.get(closed)).isEqualTo(CloseReason.of(Cause.CLOSED));
            assertThat(Stores.get(handle.closed())).isEqualTo(CloseReason.of(Cause.CLOSED));
            assertThat(Stores.failure(() -> handle.fetch(0, 1, 1, FetchOptions.NO_WAIT)))
                    .isInstanceOf(StoreClosedException.class);
        }
    }

    @Test
    void aCloseOfTheStoreEndsOwnersAndReaders() {
        StreamStore store = open();
        Stream stream = Stores.own(store, "a");
        StreamReader reader = Stores.read(store, "a");
        List<CompletableFuture<CloseReason>> closed = List.of(stream.closed(), reader.closed());
        Stores.close(store);
        closed.forEach(end -> assertThat(Stores.get(end)).isEqualTo(CloseReason.of(Cause.STORE_CLOSED)));
        assertThat(Stores.get(stream.closed()).cause()).isEqualTo(Cause.STORE_CLOSED);
        assertThat(Stores.get(reader.closed()).cause()).isEqualTo(Cause.STORE_CLOSED);
    }

    @Test
    void aDeletionEndsOwnersAndReadersAlsoOfOtherStores() {
        StreamStore store = open();
        StreamStore other = Stores.get(StreamStore.builder()
                .storage(Stores.objects(dir))
                .config(Stores.small())
                .openReadOnlyAsync());
        opened.add(other);
        Stream stream = Stores.own(store, "a");
        Stores.get(other.findStream("a"));
        StreamReader near = Stores.read(store, "a");
        StreamReader far = Stores.read(other, "a");
        List<CompletableFuture<CloseReason>> closed = List.of(stream.closed(), near.closed(), far.closed());
        Stores.get(store.deleteStream(stream.id()));
        assertThat(Stores.get(closed.get(0)).cause()).isEqualTo(Cause.DELETED);
        assertThat(Stores.get(closed.get(1)).cause()).isEqualTo(Cause.DELETED);
        assertThat(closed.get(2))
                .as("the other store has not read the metadata")
                .isNotDone();
        Stores.get(other.listNodes());
        assertThat(Stores.get(closed.get(2)).cause()).isEqualTo(Cause.DELETED);
        assertThat(Stores.get(far.closed()).cause()).isEqualTo(Cause.DELETED);
    }

    @Test
    void aFailedWalEndsTheHandleWithTheError() {
        FaultyWals wals = new FaultyWals();
        StreamStore store = Stores.get(new CoreStoreProvider(wals).open(Stores.in(dir)));
        opened.add(store);
        Stream stream = Stores.own(store, "a");
        wals.fail("/wal?");
        Stores.failure(() -> stream.append(BATCH).durable());
        CloseReason reason = Stores.get(stream.closed());
        assertThat(reason.cause()).isEqualTo(Cause.FAILED);
        assertThat(reason.error().orElseThrow()).hasMessageContaining("the medium is broken");
        assertThat(Stores.failure(() -> store.openStream(stream.id(), OpenOptions.owner())))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("close that handle");
    }

    @Test
    void aStoreThatOwnsTheStreamReturnsItsHandle() {
        StreamStore store = open();
        long id = Stores.get(store.createStream(CreateOptions.named("a")));
        Stream stream = Stores.get(store.openStream(id, OpenOptions.owner(7)));
        assertThat(Stores.get(store.openStream(id, OpenOptions.owner()))).isSameAs(stream);
        assertThat(Stores.get(store.openStream(id, OpenOptions.owner(7)))).isSameAs(stream);
        assertThat(Stores.get(store.openStreams(List.of(id), OpenOptions.owner())))
                .containsExactly(stream);
        assertThat(store.openStreams()).containsExactly(stream);
        assertThat(Stores.failure(() -> store.openStream(id, OpenOptions.owner(8))))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("close that handle before");
        assertThat(Stores.failure(() -> store.openStream(id, OpenOptions.owner(6))))
                .isInstanceOf(StaleEpochException.class);
        Stores.get(stream.append(BATCH).durable());
        CompletableFuture<Void> closing = stream.close();
        Stream next = Stores.get(store.openStream(id, OpenOptions.owner(8)));
        assertThat(closing).isCompleted();
        assertThat(next).isNotSameAs(stream);
        assertThat(next.confirmOffset()).isEqualTo(1);
        assertThat(store.openStreams()).containsExactly(next);
    }

    @Test
    void aWalUriWithoutAPathIsTheStorageOfTheStore() {
        StreamStore store = Stores.open(Stores.in(dir).wal("store:?linger=1ms"));
        Stream stream = Stores.own(store, "a");
        Stores.get(stream.append(BATCH).durable());
        assertThat(store.wal()).isEqualTo(URI.create("store:/?linger=1ms"));
        assertThat(Stores.failure(() -> store.switchWal(URI.create("store:?linger=2ms"))))
                .as("it is the current WAL")
                .isInstanceOf(InvalidRequestException.class);
        Stores.get(store.switchWal(URI.create(Stores.wal(dir))));
        Stores.get(store.switchWal(URI.create("store:?linger=2ms")));
        Stores.get(stream.append(BATCH).durable());
        Stores.close(store);
    }

    @Test
    void openingManyLeavesEarlierHandlesOpenWhenItFails() {
        StreamStore store = open();
        Stream first = Stores.own(store, "first");
        long second = Stores.get(store.createStream(CreateOptions.named("second")));
        assertThat(Stores.failure(() -> store.openStreams(List.of(first.id(), second, 4711L), OpenOptions.owner())))
                .isInstanceOf(StreamNotFoundException.class);
        assertThat(store.openStreams()).containsExactly(first);
        Stores.get(first.append(BATCH).durable());
        assertThat(Stores.get(store.describeStream(second)).orElseThrow().owner())
                .isEqualTo(-1);
    }

    @Test
    void groupAppendsWaitForMemoryOrRefuseAtOnce() {
        SlowStorage slow = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        StreamStore store = Stores.open(Stores.in(dir)
                .storage(slow)
                .wal("block://" + dir.resolve("wal") + "?capacity=64MiB")
                .config(Stores.smallSizes()
                        .appendTimeout(Duration.ofSeconds(30))
                        .build()));
        Stream one = Stores.own(store, "one");
        Stream two = Stores.own(store, "two");
        slow.hold();
        RecordBatch large = RecordBatch.of(new byte[10_000], 1);
        List<StreamAppend> group = List.of(new StreamAppend(one, large), new StreamAppend(two, large));
        fill(store, group);
        long before = one.nextOffset();
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> store.appendAll(group));
        assertThat(Stores.failure(() -> store.tryAppendAll(group))).isInstanceOf(StoreBusyException.class);
        assertThat(waiting).isNotDone();
        slow.letGo();
        Stores.get(waiting);
        assertThat(one.nextOffset()).isEqualTo(before + 1);
        assertThat(two.nextOffset()).isEqualTo(before + 1);
        Stores.close(store);
        slow.close();
    }

    @Test
    void groupWithoutMemoryLeavesOffsetsUnchanged() {
        SlowStorage slow = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        StreamStore store = Stores.open(Stores.in(dir)
                .storage(slow)
                .wal("block://" + dir.resolve("wal") + "?capacity=64MiB")
                .config(Stores.smallSizes().appendTimeout(Duration.ofMillis(50)).build()));
        Stream stream = Stores.own(store, "one");
        slow.hold();
        List<StreamAppend> group = List.of(new StreamAppend(stream, RecordBatch.of(new byte[10_000], 1)));
        fill(store, group);
        long before = stream.nextOffset();
        assertThat(Stores.failure(() -> store.appendAll(group))).isInstanceOf(StoreBusyException.class);
        assertThat(stream.nextOffset()).isEqualTo(before);
        slow.letGo();
        Stores.close(store);
        slow.close();
    }

    /** Until the write cache has no memory for another group, with all of them acknowledged. */
    private static void fill(StreamStore store, List<StreamAppend> group) {
        while (true) {
            try {
                store.tryAppendAll(group).forEach(result -> Stores.get(result.durable()));
            } catch (StoreBusyException full) {
                return;
            }
        }
    }
}
