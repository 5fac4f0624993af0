package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreListener;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.core.CoreStoreProvider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A listener that switches the WAL after a switch. */
@Timeout(60)
class SwitchingListenerTest {

    @TempDir
    Path dir;

    private final FaultyWals wals = new FaultyWals();

    /** The obvious reaction to a failed WAL. */
    @Test
    void listenerMayWaitForStore() {
        AtomicReference<StreamStore> store = new AtomicReference<>();
        List<String> switched = new CopyOnWriteArrayList<>();
        store.set(open(Stores.in(dir).walFallback(wal("fallback")).listener(new StoreListener() {
            @Override
            public void walSwitched(URI from, URI to) {
                if (switched.isEmpty()) {
                    switched.add(to.toString());
                    Stores.get(Objects.requireNonNull(store.get()).switchWal(URI.create(wal("third"))));
                    switched.add(wal("third"));
                }
            }
        })));
        Stream stream = Stores.own(store.get(), "a");
        wals.fail("/wal?");
        append(stream, 10);
        await().atMost(Duration.ofSeconds(60)).until(() -> switched.size() == 2);
        assertThat(switched).containsExactly(wal("fallback"), wal("third"));
        Stores.close(store.get());
    }

    /** The listener runs inside of the switch, whose last steps follow. */
    @Test
    void listenerMaySwitchAtOnce() {
        AtomicReference<StreamStore> store = new AtomicReference<>();
        CompletableFuture<CompletableFuture<Void>> next = new CompletableFuture<>();
        store.set(open(Stores.in(dir)
                .walFallback(wal("fallback"))
                .callbackExecutor(Runnable::run)
                .listener(new StoreListener() {
                    @Override
                    public void walSwitched(URI from, URI to) {
                        if (!next.isDone()) {
                            next.complete(Objects.requireNonNull(store.get()).switchWal(URI.create(wal("third"))));
                        }
                    }
                })));
        Stream stream = Stores.own(store.get(), "a");
        wals.fail("/wal?");
        append(stream, 10);
        Stores.get(Stores.get(next));
        assertThat(store.get().wal()).isEqualTo(URI.create(wal("third")));
        Stores.close(store.get());
        WatchedParts.awaitNoThreads();
    }

    private StreamStore open(StreamStoreBuilder builder) {
        return Stores.get(new CoreStoreProvider(wals).open(builder));
    }

    private static void append(Stream stream, int batches) {
        List<CompletableFuture<Long>> durable = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            durable.add(stream.append(RecordBatch.of("x", 1)).durable());
        }
        durable.forEach(Stores::get);
    }

    private String wal(String name) {
        return "block://" + dir.resolve(name) + "?capacity=4MiB&singleAttach=true";
    }
}
