package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stores that close while calls are pending: each call is answered, even if object storage never answers [L14]. */
@Timeout(120)
class PendingAtCloseTest {

    private static final FetchOptions LONG_POLL = FetchOptions.longPoll(Duration.ofHours(1));
    private static final int RECORDS = 50;

    @TempDir
    Path dir;

    private final StuckStorage storage = new StuckStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT));

    @AfterEach
    void noThreadIsLeft() {
        storage.letGo();
        WatchedParts.awaitNoThreads();
    }

    @Test
    void allCallsOfReadOnlyStoreAreAnsweredWithoutStorage() {
        write();
        StreamStore store = openReadOnly();
        StreamReader reader = Stores.read(store, "a");
        storage.stick();
        Map<String, CompletableFuture<?>> pending = new LinkedHashMap<>();
        read(store, reader, pending);
        assertThat(pending).allSatisfy((call, answer) -> assertThat(answer).isNotDone());
        Stores.get(store.close(Duration.ofMillis(100)));
        assertAllClosed(pending);
    }

    @Test
    void allCallsOfStoreAreAnsweredWithoutStorage() {
        write();
        StreamStore store = Stores.open(options());
        StreamReader reader = Stores.read(store, "a");
        Stream owner = Stores.own(store, "b");
        Stream other = Stores.own(store, "c");
        Stores.get(owner.append(RecordBatch.of("x", 1)).durable());
        storage.stick();
        Map<String, CompletableFuture<?>> pending = new LinkedHashMap<>();
        read(store, reader, pending);
        pending.put("create", store.createStream(CreateOptions.named("d")));
        pending.put("own", store.openStream(reader.id(), OpenOptions.owner()));
        pending.put("delete", store.deleteStream(reader.id()));
        pending.put("trim", owner.trim(1));
        pending.put("flush stream", owner.flush());
        pending.put("flush", store.flush());
        pending.put("take over", store.takeOver(7));
        pending.put("commit", store.commit(List.of(MetadataChange.create("e", Map.of()))));
        pending.put("node tags", store.setNodeTags(Map.of("a", "1")));
        pending.put("snapshot", store.snapshot());
        pending.put("switch", store.switchWal(URI.create("block://" + dir.resolve("next") + "?capacity=4MiB")));
        pending.put("poll own", owner.fetch(1, Long.MAX_VALUE, 100, LONG_POLL));
        pending.put("durable own", owner.whenDurable(1000));
        pending.put("close", other.close());
        assertThat(pending).allSatisfy((call, answer) -> assertThat(answer).isNotDone());
        Stores.get(store.close(Duration.ofMillis(100)));
        assertAllClosed(pending);
    }

    @Test
    void readOnlyStoreAnswersEveryCallWhenClosedAnyTime() throws InterruptedException {
        write();
        for (int round = 0; round < 20; round++) {
            closeAnyTime(this::openReadOnly);
        }
    }

    @Test
    void storeAnswersEveryCallWhenClosedAnyTime() throws InterruptedException {
        write();
        for (int round = 0; round < 3; round++) {
            closeAnyTime(() -> Stores.open(options()));
        }
    }

    /** Threads that call in a loop until they are refused. */
    private void closeAnyTime(Callable<StreamStore> opening) throws InterruptedException {
        StreamStore store = open(opening);
        StreamReader reader = Stores.read(store, "a");
        List<Callable<CompletableFuture<?>>> calls = List.of(
                () -> store.findStream("a"),
                () -> store.openReader(reader.id()),
                () -> reader.fetch(0, RECORDS, 1000, FetchOptions.NO_WAIT).thenAccept(FetchResult::close),
                () -> reader.fetch(RECORDS, RECORDS + 1, 1000, FetchOptions.NO_WAIT),
                () -> reader.fetch(RECORDS, RECORDS + 1, 1000, LONG_POLL),
                () -> reader.whenDurable(RECORDS + 1),
                () -> reader.sizeBytes(0, RECORDS));
        CountDownLatch begun = new CountDownLatch(calls.size());
        List<CompletableFuture<StreamException>> callers = new ArrayList<>();
        for (Callable<CompletableFuture<?>> call : calls) {
            callers.add(CompletableFuture.supplyAsync(
                    () -> callUntilRefused(call, begun), task -> new Thread(task).start()));
        }
        begun.await();
        Stores.close(store);
        for (CompletableFuture<StreamException> caller : callers) {
            assertThat(Stores.get(caller)).isInstanceOf(StoreClosedException.class);
        }
    }

    private static StreamException callUntilRefused(Callable<CompletableFuture<?>> call, CountDownLatch begun) {
        while (true) {
            try {
                CompletableFuture<?> answer = call.call();
                begun.countDown();
                Stores.get(answer);
            } catch (StreamException refused) {
                return refused;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void read(StreamStore store, StreamReader reader, Map<String, CompletableFuture<?>> pending) {
        pending.put("find", store.findStream("a"));
        pending.put("describe", store.describeStream(reader.id()));
        pending.put("list", store.listStreams("", 0, 100));
        pending.put("nodes", store.listNodes());
        pending.put("open", store.openReader(reader.id()));
        pending.put("fetch", reader.fetch(0, RECORDS, 1000, FetchOptions.NO_WAIT));
        pending.put("fetch or wait", reader.fetch(0, RECORDS, 1000, LONG_POLL));
        pending.put("fetch at the end", reader.fetch(RECORDS, RECORDS + 1, 1000, FetchOptions.NO_WAIT));
        pending.put("poll", reader.fetch(RECORDS, RECORDS + 1, 1000, LONG_POLL));
        pending.put("durable", reader.whenDurable(RECORDS + 1));
        pending.put("position", reader.offsetForTimestamp(1));
        pending.put("size", reader.sizeBytes(1, RECORDS - 1));
    }

    private static void assertAllClosed(Map<String, CompletableFuture<?>> pending) {
        assertThat(pending)
                .allSatisfy((call, answer) ->
                        assertThat(Stores.failure(() -> answer)).as(call).isInstanceOf(StoreClosedException.class));
    }

    private void write() {
        StreamStore store = Stores.open(options());
        Stream stream = Stores.own(store, "a");
        for (int i = 0; i < RECORDS; i++) {
            stream.append(RecordBatch.of("record " + i, 1));
        }
        Stores.get(stream.close());
        Stores.close(store);
    }

    private static StreamStore open(Callable<StreamStore> opening) {
        try {
            return opening.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private StreamStore openReadOnly() {
        return Stores.get(
                StreamStore.builder().storage(storage).config(Stores.small()).openReadOnlyAsync());
    }

    private StreamStoreBuilder options() {
        return Stores.in(dir).storage(storage);
    }
}
