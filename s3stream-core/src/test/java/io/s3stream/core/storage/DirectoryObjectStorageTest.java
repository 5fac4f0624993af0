package io.s3stream.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.ObjectStorageContract;
import io.s3stream.testkit.storage.PooledIoExecutor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryObjectStorageTest extends ObjectStorageContract {

    @TempDir
    Path directory;

    @Override
    protected ObjectStorage openStorage(ByteBufAllocator allocator) {
        return open(directory, allocator);
    }

    static DirectoryObjectStorage open(Path directory, ByteBufAllocator allocator) {
        return DirectoryObjectStorage.open(directory, new PooledIoExecutor(4), allocator, new Random()::nextLong);
    }

    private DirectoryObjectStorage again() {
        return open(directory, UnpooledByteBufAllocator.DEFAULT);
    }

    @Test
    void otherInstanceSeesObjectsAndVersions() {
        String version = put("a/b", "text");

        try (var other = again()) {
            assertThat(await(other.head("a/b")).orElseThrow().version()).isEqualTo(version);
            assertThat(await(other.put("a/b", ObjectBody.of(bytes("next")), PutCondition.ifVersion(version))))
                    .isPresent();
        }
        assertThat(readText("a/b")).isEqualTo("next");
    }

    @Test
    void instancesInOneProcessExcludeEachOther() {
        String version = put("race", "start");
        List<DirectoryObjectStorage> instances = List.of(again(), again(), again(), again());
        for (int round = 0; round < 20; round++) {
            PutCondition condition = PutCondition.ifVersion(version);
            String text = "round " + round + " racer ";
            List<Optional<String>> answers =
                    race(racer -> instances.get(racer % 4).put("race", ObjectBody.of(bytes(text + racer)), condition));
            assertThat(answers.stream().filter(Optional::isPresent)).hasSize(1);
            version = answers.stream().flatMap(Optional::stream).findFirst().orElseThrow();
        }
        instances.forEach(DirectoryObjectStorage::close);
    }

    @Test
    void temporaryFilesAreRemoved() throws IOException {
        put("a", "1");
        put("a", bytes("2"), PutCondition.IF_ABSENT);
        put("a", bytes("3"), PutCondition.ifVersion("other"));

        try (var files = Files.list(directory.resolve("~tmp"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void staleLeftOversOfKilledProcessesAreDeleted() throws IOException {
        Path fresh = Files.writeString(directory.resolve("~tmp/fresh"), "x");
        Path stale = Files.writeString(directory.resolve("~tmp/stale"), "x");
        Files.setLastModifiedTime(stale, FileTime.from(Instant.now().minusSeconds(100_000)));

        again().close();

        assertThat(stale).doesNotExist();
        assertThat(fresh).exists();
        assertThat(allKeys("")).isEmpty();
    }

    @Test
    void putThatFailsInMiddleLeavesNothing() throws IOException {
        put("k", "before");
        var liar = new ObjectBody() {
            @Override
            public long length() {
                return 10;
            }

            @Override
            public Cursor open() {
                return ObjectBody.of(bytes("short")).open();
            }
        };

        assertFails(storage().put("k", liar, PutCondition.ALWAYS), StorageException.class, "10", "5");

        assertThat(readText("k")).isEqualTo("before");
        try (var files = Files.list(directory.resolve("~tmp"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void truncatedFileIsReportedAndNotReturned() throws IOException {
        put("a/b", "0123456789");
        try (var channel = FileChannel.open(directory.resolve("a/b@"), StandardOpenOption.WRITE)) {
            channel.truncate(40);
        }

        assertFails(storage().get("a/b", ByteRange.WHOLE), CorruptedDataException.class, "a/b@");
    }

    @Test
    void pathOfFileIsRefusedWithItsName() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");

        assertThatThrownBy(() -> open(file, UnpooledByteBufAllocator.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll(file.toString(), "choose another path");
        assertThatThrownBy(() -> open(file.resolve("below"), UnpooledByteBufAllocator.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void unwritablePathIsRefusedWithItsName() {
        Path readOnly = Path.of("/proc/s3stream");

        assertThatThrownBy(() -> open(readOnly, UnpooledByteBufAllocator.DEFAULT))
                .isInstanceOfAny(InvalidRequestException.class, StorageException.class)
                .hasMessageContaining(readOnly.toString());
    }
}
