package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RecordLocation;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader of a store writes nothing to any medium: no probe, no head, no temporary file, no directory. */
class ReadingWritesNothingTest {

    @TempDir
    Path dir;

    @Test
    void readerSendsNoWriteToStorage() {
        ObjectStorage objects = new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT);
        fill(Stores.open(
                StreamStore.builder().storage(objects).wal(Stores.wal(dir)).config(Stores.small())));
        WriteDetector detector = new WriteDetector(objects);

        readEverything(detector);

        assertThat(detector.writes).isEmpty();
    }

    @Test
    void readerSendsNoWriteToEmptyStorage() {
        WriteDetector detector = new WriteDetector(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT));

        assertThat(Stores.failure(() -> StreamStore.builder()
                        .storage(detector)
                        .wal(Stores.wal(dir))
                        .openReadOnlyAsync()))
                .hasMessageContaining("no store here");
        assertThat(Stores.failure(() -> StreamStore.builder().storage(detector).verify(VerifyOptions.indexes())))
                .hasMessageContaining("no store here");

        assertThat(detector.writes).isEmpty();
    }

    @Test
    void readerChangesNoFileOfStore() throws IOException {
        fill(Stores.open(Stores.in(dir)));
        deleteEmptyDirectories();
        Map<String, String> before = snapshot();

        String uri = Stores.objects(dir);
        try (StreamStore store = StreamStore.builder().storage(uri).openReadOnly()) {
            read(store);
        }
        assertThat(Stores.get(StreamStore.builder().storage(uri).verify(VerifyOptions.everything()))
                        .findings()
                        .isClean())
                .isTrue();
        Stores.get(StreamStore.builder().storage(uri).locate("s", 0));
        Stores.get(StreamStore.builder().storage(uri).rebuild(RebuildOptions.dryRun()));

        assertThat(snapshot()).isEqualTo(before);
    }

    @Test
    void readerCreatesNoDirectory() {
        Path nothing = dir.resolve("nothing");
        assertThat(Stores.failure(() -> StreamStore.builder()
                        .storage(nothing.toUri().toString())
                        .verify(VerifyOptions.indexes())))
                .hasMessageContaining("no store here");
        assertThat(nothing).doesNotExist();
    }

    private static void fill(StreamStore opened) {
        try (StreamStore store = opened) {
            Stream stream = Stores.own(store, "s");
            Stores.get(stream.append(RecordBatch.of("record", 1)).durable());
        }
    }

    private static void readEverything(ObjectStorage storage) {
        try (StreamStore store = StreamStore.builder().storage(storage).openReadOnly()) {
            read(store);
        }
        assertThat(Stores.get(StreamStore.builder().storage(storage).verify(VerifyOptions.everything()))
                        .findings()
                        .isClean())
                .isTrue();
        RecordLocation location =
                Stores.get(StreamStore.builder().storage(storage).locate("s", 0));
        assertThat(location).isInstanceOf(RecordLocation.Committed.class);
        Stores.get(StreamStore.builder().storage(storage).rebuild(RebuildOptions.dryRun()));
    }

    private static void read(StreamStore store) {
        long id = Stores.get(store.findStream("s")).orElseThrow().id();
        StreamReader stream = Stores.get(store.openReader(id));
        assertThat(stream.confirmOffset()).isEqualTo(1);
        assertThat(Stores.get(store.listStreams("", 0, 100))).hasSize(1);
        Stores.get(store.listNodes());
        Stores.get(store.listKeptObjects());
    }

    /** The files of the storage for its own writes. A reader must work without them. */
    private void deleteEmptyDirectories() throws IOException {
        for (String name : List.of("~tmp", "~parts", "~lock")) {
            Path directory = dir.resolve("objects").resolve(name);
            if (Files.isDirectory(directory)) {
                try (var files = Files.list(directory)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(directory);
            }
        }
    }

    private Map<String, String> snapshot() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (var walk = Files.walk(dir)) {
            for (Path path : walk.toList()) {
                files.put(dir.relativize(path).toString(), Files.size(path) + " " + Files.getLastModifiedTime(path));
            }
        }
        return files;
    }

    /** Records each request that is not a read, and refuses it. */
    private static final class WriteDetector extends ForwardingObjectStorage {

        private final List<String> writes = new ArrayList<>();

        WriteDetector(ObjectStorage behind) {
            super(behind);
        }

        private synchronized <T> CompletableFuture<T> refuse(String what) {
            writes.add(what);
            return CompletableFuture.failedFuture(new AssertionError(what));
        }

        @Override
        public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
            return refuse("PUT " + key);
        }

        @Override
        public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
            return refuse("DELETE " + keys);
        }

        @Override
        public CompletableFuture<MultipartUpload> createMultipart(String key) {
            return refuse("CREATE " + key);
        }

        @Override
        public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
            return refuse("ABORT " + upload.key());
        }
    }
}
