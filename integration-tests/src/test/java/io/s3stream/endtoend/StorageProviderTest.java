package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectStorageProvider;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A provider of the host opens every storage of its scheme: that of the store, of WALs, and of a rebuild's target. */
class StorageProviderTest {

    private final Buckets buckets = new Buckets();

    /** Buckets in memory that outlive their users. */
    private static final class Buckets implements ObjectStorageProvider {

        final List<String> opened = new CopyOnWriteArrayList<>();
        private final Map<String, ObjectStorage> byName = new ConcurrentHashMap<>();

        @Override
        public Set<String> schemes() {
            return Set.of("s3");
        }

        @Override
        public ObjectStorage open(URI uri, ByteBufAllocator allocator, EngineRuntime runtime) {
            return bucket("open " + uri.getHost(), uri, allocator);
        }

        @Override
        public ObjectStorage openReadOnly(URI uri, ByteBufAllocator allocator, EngineRuntime runtime) {
            return bucket("read " + uri.getHost(), uri, allocator);
        }

        private ObjectStorage bucket(String use, URI uri, ByteBufAllocator allocator) {
            opened.add(use);
            ObjectStorage bucket = byName.computeIfAbsent(uri.getHost(), absent -> new MemoryObjectStorage(allocator));
            return new ForwardingObjectStorage(bucket) {
                @Override
                public void close() {}
            };
        }
    }

    @Test
    void storageAndWalAreOpenedByTheProviderOfTheHost() {
        try (StreamStore store = Stores.open(builder().wal("s3://logs/wal?linger=2ms&capacity=4MiB"))) {
            Stream stream = Stores.own(store, "a");
            Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        }
        assertThat(buckets.opened).containsExactlyInAnyOrder("open data", "open logs");
    }

    @Test
    void toolsUseTheProviderOfTheHost() {
        try (StreamStore store = Stores.open(builder().wal("store:?linger=2ms&capacity=4MiB"))) {
            Stream stream = Stores.own(store, "a");
            Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        }
        buckets.opened.clear();
        try (StreamStore reader = Stores.get(builder().openReadOnlyAsync())) {
            Stores.read(reader, "a");
        }
        Stores.get(builder().rebuild(RebuildOptions.into(URI.create("s3://copy"))));
        assertThat(buckets.opened).containsExactly("read data", "read data", "open copy");
    }

    private StreamStoreBuilder builder() {
        return StreamStore.builder()
                .storageProvider(buckets)
                .storage("s3://data/p")
                .config(Stores.small());
    }
}
