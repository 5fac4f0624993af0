package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.errors.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Helpers to open, read and wait, the same in all these tests. All waits have a limit. */
final class Stores {

    private static final int PATIENCE_SECONDS = Integer.getInteger("test.patience", 40);
    private static final int PAGE = 100;

    private Stores() {}

    /** A store of small sizes in {@code dir}: objects below {@code objects}, the WAL a file. */
    static StreamStoreBuilder in(Path dir) {
        return StreamStore.builder().storage(objects(dir)).wal(wal(dir)).config(small());
    }

    static String objects(Path dir) {
        return dir.resolve("objects").toUri().toString();
    }

    static String wal(Path dir) {
        return "block://" + dir.resolve("wal") + "?capacity=4MiB&singleAttach=true";
    }

    /** A WAL in the store's own object storage, of small frames. */
    static String storeWal() {
        return "store:/?linger=2ms&targetFrame=64KiB&capacity=8MiB";
    }

    /** A WAL in a directory that is created for it. */
    static String nfsWal(Path dir) throws IOException {
        return "nfs://" + Files.createDirectories(dir.resolve("nfs")) + "?capacity=8MiB&segment=1MiB";
    }

    /** A device that several hosts could share, in a file. */
    static String sharedWal(Path dir) {
        return "block://" + dir.resolve("shared") + "?mode=shared&capacity=64MiB&extent=4MiB&cells=256";
    }

    /** A separate prefix below an S3 URI that may have options. */
    static String below(String uri, String name) {
        return uri.replaceFirst("^s3://([^/?]+)/?([^?]*)", "s3://$1/$2" + name);
    }

    static StoreConfig small() {
        return smallSizes().build();
    }

    /** Small, with frequent compaction, deletion and sweeps. */
    static StoreConfig compacting() {
        return smallSizes()
                .compactionInterval(Duration.ofMillis(50))
                .compactionFanout(3)
                .deletionGrace(Duration.ofMillis(200))
                .sweepInterval(Duration.ofSeconds(1))
                .build();
    }

    /** Reads all of object storage, and requires that there is no finding. */
    static void verifyDeep(String storage) {
        VerifyReport report = get(StreamStore.builder().storage(storage).verify(VerifyOptions.everything()));
        assertThat(report.findings().isClean()).as("%s", report.findings()).isTrue();
    }

    /** Uploads every 64 KiB, so that all mechanisms run often. */
    static StoreConfig.Builder smallSizes() {
        return StoreConfig.builder()
                .writeCacheBytes(4 << 20)
                .blockCacheBytes(1 << 20)
                .readBufferBytes(1 << 20)
                .frameBytes(32 << 10)
                .maxAppendBytes(256 << 10)
                .uploadThresholdBytes(64 << 10)
                .uploadInterval(Duration.ofMillis(200))
                .blockBytes(16 << 10)
                .streamObjectBytes(48 << 10)
                .readAheadBytes(64 << 10)
                .closeTimeout(Duration.ofSeconds(20))
                .idleFrameDelay(Duration.ofMillis(50));
    }

    static StreamStore open(StreamStoreBuilder builder) {
        return get(builder.openAsync());
    }

    static StreamStore open(StreamStoreBuilder builder, WatchedParts parts) {
        return get(new CoreStoreProvider(parts).open(builder));
    }

    /** The stream of that name as owner, created if need be. */
    static Stream own(StreamStore store, String name) {
        long id = get(store.createStream(CreateOptions.named(name)));
        return get(store.openStream(id, OpenOptions.owner()));
    }

    static StreamReader read(StreamStore store, String name) {
        long id = get(store.findStream(name)).orElseThrow().id();
        return get(store.openReader(id));
    }

    /** All streams whose name begins with the prefix, in small pages. */
    static List<StreamInfo> list(StreamStore store, String prefix) {
        List<StreamInfo> all = new ArrayList<>();
        List<StreamInfo> page = get(store.listStreams(prefix, 0, PAGE));
        while (page.size() == PAGE) {
            all.addAll(page);
            page = get(store.listStreams(prefix, page.get(PAGE - 1).id(), PAGE));
        }
        all.addAll(page);
        return all;
    }

    static void close(StreamStore store) {
        get(store.close(Duration.ofSeconds(20)));
    }

    /** Stops the store without an upload: most data stays in the WAL. */
    static void abandon(StreamStore store) {
        get(store.close(Duration.ZERO));
    }

    /** Waits, with a limit. Fails with the future's failure. */
    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (Failures.unwrap(e) instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer within " + PATIENCE_SECONDS + " s", e);
        }
    }

    /** Returns the failure of the call or of its future, which must be one of the library's own exceptions. */
    static StreamException failure(Callable<?> call) {
        Throwable thrown = catchThrowable(() -> {
            if (call.call() instanceof CompletableFuture<?> future) {
                get(future);
            }
        });
        assertThat(thrown).isInstanceOf(StreamException.class);
        return (StreamException) thrown;
    }

    /** Reads {@code [from, to)} in pieces of about {@code maxBytes}, checking that there is no gap. */
    static void scan(StreamReader stream, long from, long to, int maxBytes, Consumer<FetchedBatch> each) {
        long next = from;
        while (next < to) {
            try (FetchResult result = fetch(stream, next, to, maxBytes)) {
                assertThat(result.batches())
                        .as("stream %s at %s of %s", stream.name(), next, to)
                        .isNotEmpty();
                for (FetchedBatch batch : result.batches()) {
                    if (next > from || batch.baseOffset() > next) {
                        assertThat(batch.baseOffset())
                                .as("stream %s", stream.name())
                                .isEqualTo(next);
                    }
                    each.accept(batch);
                    next = batch.endOffset();
                }
                assertThat(result.nextOffset()).isEqualTo(next);
            }
        }
    }

    /** A fetch that is repeated when object storage does not answer. */
    private static FetchResult fetch(StreamReader stream, long from, long to, int maxBytes) {
        for (int attempt = 1; ; attempt++) {
            try {
                return get(stream.fetch(from, to, maxBytes, FetchOptions.NO_WAIT));
            } catch (StreamException e) {
                if (!e.isRetriable() || attempt == 10) {
                    throw e;
                }
            }
        }
    }

    /** Reads all of a stream that {@code who} filled with {@link Payloads#batch} and checks every byte. */
    static void verify(StreamReader stream, int who, int largest) {
        scan(
                stream,
                stream.startOffset(),
                stream.confirmOffset(),
                100_000,
                batch -> Payloads.verify(batch, who, largest));
    }
}
