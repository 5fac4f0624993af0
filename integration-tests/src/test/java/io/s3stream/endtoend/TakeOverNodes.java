package io.s3stream.endtoend;

import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.EngineParts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that rarely upload, so that a take-over finds records in the WAL. */
abstract class TakeOverNodes {

    static final int LARGEST = 20_000;

    @TempDir
    Path dir;

    final List<StreamStore> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(Stores::close);
    }

    StreamStore open(int nodeId, String wal) {
        return open(nodeId, wal, new EngineParts());
    }

    StreamStore open(int nodeId, String wal, EngineParts parts) {
        StoreConfig rarelyUploading = Stores.smallSizes()
                .uploadThresholdBytes(1 << 20)
                .uploadInterval(Duration.ofMinutes(1))
                .idleFrameDelay(Duration.ofMinutes(1))
                .closeTimeout(Duration.ofSeconds(20))
                .build();
        StreamStoreBuilder builder = Stores.in(dir).nodeId(nodeId).wal(wal).config(rarelyUploading);
        StreamStore store = Stores.get(new CoreStoreProvider(parts).open(builder));
        open.add(store);
        return store;
    }

    /** The given number of batches on each. Stream {@code i} belongs to writer {@code i}. */
    static void appendTo(List<Stream> streams, int batches) {
        List<CompletableFuture<?>> durable = new ArrayList<>();
        for (int n = 0; n < batches; n++) {
            for (int i = 0; i < streams.size(); i++) {
                Stream stream = streams.get(i);
                durable.add(stream.append(Payloads.batch(i, stream.nextOffset(), LARGEST))
                        .durable());
            }
        }
        durable.forEach(Stores::get);
    }

    static Kind rootKind(StreamException failure) {
        Throwable cause = failure;
        while (cause.getCause() instanceof StreamException deeper) {
            cause = deeper;
        }
        return ((StreamException) cause).kind();
    }
}
