package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.core.CoreStoreProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A medium that does not answer when a node wants to move to it, as a hard mount whose server is away. */
@Timeout(120)
class HangingMediumTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir
    Path dir;

    private final FaultyWals wals = new FaultyWals();

    @AfterEach
    void memoryIsReturned() {
        wals.letAnswer();
        await("slabs are returned").until(() -> wals.slabsOut() == 0);
        WatchedParts.awaitNoThreads();
    }

    private StreamStore open(Duration walTimeout, StreamStoreBuilder builder) {
        return Stores.get(new CoreStoreProvider(wals)
                .open(builder.config(Stores.smallSizes().walTimeout(walTimeout).build())));
    }

    private URI wal(String name) throws IOException {
        Path directory = Files.createDirectories(dir.resolve(name));
        return URI.create("nfs://" + directory + "?capacity=8MiB&segment=1MiB");
    }

    private static void append(Stream stream) {
        Stores.get(stream.append(RecordBatch.of(new byte[100], 1)).durable());
    }

    @Test
    void switchHasDeadlineAndMayBeRepeatedAndItsLateAnswerIsCleanedUp() throws Exception {
        StreamStore store = open(SHORT, Stores.in(dir));
        Stream stream = Stores.own(store, "a");
        for (String kind : List.of("attached", "prepared")) {
            URI next = wal(kind);
            if (kind.equals("attached")) {
                wals.hangAttach(kind);
            } else {
                wals.hangPrepare(kind);
            }
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> Stores.get(store.switchWal(next)))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining(kind)
                        .hasMessageContaining("walTimeout");
                append(stream);
            }
        }
        wals.letAnswer();
        Path prepared = dir.resolve("prepared/0");
        await("late generations are removed").until(() -> {
            try (java.util.stream.Stream<Path> files = Files.list(prepared)) {
                return files.findAny().isEmpty();
            }
        });
        for (String kind : List.of("attached", "prepared")) {
            Stores.get(store.switchWal(wal(kind)));
            append(stream);
            assertThat(store.wal().getPath()).endsWith(kind);
        }
        Stores.close(store);
    }

    /** The deadline is far away: the hanging switch is abandoned for the fallback. */
    @Test
    void walFailingDuringHangingSwitchIsReplacedByFallback() throws Exception {
        for (String kind : List.of("attached", "prepared")) {
            StreamStore store = open(NEVER, Stores.in(dir).walFallback(wal("fallback")));
            Stream stream = Stores.own(store, kind);
            append(stream);
            if (kind.equals("attached")) {
                wals.hangAttach(kind);
            } else {
                wals.hangPrepare(kind);
            }
            CompletableFuture<Void> hanging = store.switchWal(wal(kind));
            append(stream);
            wals.fail("/wal?");
            append(stream);
            append(stream);
            assertThat(store.wal().getPath()).endsWith("/fallback");
            assertThatThrownBy(() -> Stores.get(hanging)).isInstanceOf(StorageException.class);
            wals.heal();
            Stores.close(store);
        }
    }

    @Test
    void hangingFallbackIsAwaitedUntilDeadlineThenAppendsFailAndCloseReturns() throws Exception {
        StreamStore store = open(SHORT, Stores.in(dir).walFallback(wal("fallback")));
        Stream stream = Stores.own(store, "a");
        append(stream);
        wals.hangPrepare("fallback");
        wals.fail("/wal?");
        assertThatThrownBy(() -> {
                    append(stream);
                    append(stream);
                })
                .isInstanceOf(AppendFailedException.class);
        wals.heal();
        Stores.close(store);
    }

    @Test
    void closeDoesNotWaitForHangingSwitch() throws Exception {
        StreamStore store = open(NEVER, Stores.in(dir));
        Stream stream = Stores.own(store, "a");
        wals.hangAttach("hung");
        CompletableFuture<Void> hanging = store.switchWal(wal("hung"));
        append(stream);
        Stores.close(store);
        assertThatThrownBy(() -> Stores.get(hanging)).isInstanceOf(StoreClosedException.class);
    }
}
