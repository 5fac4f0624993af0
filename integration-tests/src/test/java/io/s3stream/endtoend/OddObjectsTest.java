package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged, foreign or unreadable object is one finding, and all other objects are checked. */
class OddObjectsTest {

    @TempDir
    Path dir;

    @Test
    void foreignFilesInDirectoryAreFindings() throws IOException {
        fill(Stores.in(dir).open());
        Path data = dir.resolve("objects/data");
        Files.writeString(data.resolve("notes.txt"), "not an object");
        Files.writeString(data.resolve("a@"), "x");
        Files.createSymbolicLink(data.resolve("loop"), data);
        Files.createSymbolicLink(data.resolve("itself@"), data.resolve("itself@"));
        Files.createDirectory(data.resolve("directory@"));
        try (RandomAccessFile sparse =
                new RandomAccessFile(data.resolve("sparse@").toFile(), "rw")) {
            sparse.setLength(2L << 30);
        }

        VerifyReport report = verify();

        assertThat(report.objects()).isEqualTo(2);
        assertThat(report.findings().problems()).isZero();
        assertThat(report.findings().list())
                .allMatch(found -> found.kind() == Kind.FOREIGN)
                .extracting(Finding::object)
                .containsExactlyInAnyOrder(
                        "data/notes.txt@", "data/a", "data/loop@", "data/itself", "data/directory", "data/sparse");
        assertThat(Stores.get(StreamStore.builder().storage(Stores.objects(dir)).rebuild(RebuildOptions.dryRun()))
                        .loss())
                .isEmpty();
    }

    @Test
    void damagedFileIsOneFindingAndOthersAreChecked() throws IOException {
        fill(Stores.in(dir).open());
        Path file;
        try (var walk = Files.walk(dir.resolve("objects/data"))) {
            file = walk.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        try (RandomAccessFile longer = new RandomAccessFile(file.toFile(), "rw")) {
            longer.setLength(2L << 30);
        }

        VerifyReport report = verify();

        assertThat(report.findings().list()).hasSize(1);
        assertThat(report.findings().isClean()).isFalse();
        assertThat(report.batches()).isEqualTo(1);
    }

    @Test
    void errorWhileReadingObjectIsOneFinding() {
        ObjectStorage objects = new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT);
        fill(Stores.open(
                StreamStore.builder().storage(objects).wal(Stores.wal(dir)).config(Stores.small())));
        String first = Stores.get(objects.list("data/", "", 1)).get(0).key();
        ObjectStorage failing = new ForwardingObjectStorage(objects) {
            @Override
            public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
                if (key.equals(first)) {
                    throw new StackOverflowError("seeded");
                }
                return super.get(key, range);
            }
        };

        VerifyReport report = Stores.get(StreamStore.builder().storage(failing).verify(VerifyOptions.everything()));

        assertThat(report.findings().list()).singleElement().satisfies(found -> {
            assertThat(found.kind()).isEqualTo(Kind.UNREADABLE);
            assertThat(found.object()).isEqualTo(first);
        });
    }

    @Test
    void listenerErrorEndsVerification() {
        fill(Stores.in(dir).open());
        Throwable failure = Stores.failure(() -> StreamStore.builder()
                .storage(Stores.objects(dir))
                .verify(VerifyOptions.indexes().withProgress(progress -> {
                    throw new NoClassDefFoundError("seeded");
                })));
        assertThat(failure).hasMessageContaining("seeded");
    }

    private VerifyReport verify() {
        return Stores.get(StreamStore.builder().storage(Stores.objects(dir)).verify(VerifyOptions.everything()));
    }

    /** Two objects of one record each. */
    private static void fill(StreamStore opened) {
        try (StreamStore store = opened) {
            for (String name : List.of("a", "b")) {
                Stream stream = Stores.own(store, name);
                Stores.get(stream.append(RecordBatch.of(name, 1)).durable());
                Stores.get(stream.flush());
            }
        }
    }
}
