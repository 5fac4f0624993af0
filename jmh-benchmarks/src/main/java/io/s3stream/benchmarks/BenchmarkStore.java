package io.s3stream.benchmarks;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A store whose WAL is a file in the working directory. It discards its data objects. */
record BenchmarkStore(Path directory, StreamStore store, List<Stream> streams) implements AutoCloseable {

    static BenchmarkStore open(int count, StoreConfig config) throws IOException {
        Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "jmh-wal");
        StreamStore store = StreamStore.builder()
                .storage(new DroppingStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT)))
                .wal("block://" + directory + "/wal?capacity=1GiB")
                .config(config)
                .open();
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long id = store.createStream(CreateOptions.unnamed()).join();
            streams.add(store.openStream(id, OpenOptions.owner()).join());
        }
        return new BenchmarkStore(directory, store, streams);
    }

    @Override
    public void close() throws IOException {
        store.close();
        Files.delete(directory.resolve("wal"));
        Files.delete(directory);
    }
}
