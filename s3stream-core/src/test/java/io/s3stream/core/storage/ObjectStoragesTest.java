package io.s3stream.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.PooledIoExecutor;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectStoragesTest {

    @TempDir
    Path directory;

    @Test
    void aMemoryUriOpensANewStorage() {
        try (var storage = open("memory:/")) {
            assertThat(storage).isInstanceOf(MemoryObjectStorage.class);
        }
    }

    @Test
    void aFileUriOpensADirectoryWhichIsMade() {
        Path deeper = directory.resolve("a/b");
        try (var storage = open("file://" + deeper)) {
            storage.put("k", ObjectBody.of(new byte[3]), PutCondition.ALWAYS).join();
        }
        assertThat(deeper.resolve("k@")).isRegularFile();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "gs://bucket/p,                                  scheme='gs'",
                "bucket/p,                                       scheme=''",
                "memory:?size=3,                                 'size' is unknown",
                "file:relative,                                  three slashes",
                "file://host/dir,                                three slashes",
                "file:///dir?sync=no,                            'sync' is unknown",
            })
    void invalidUriIsRefusedWithItsFault(String uri, String expected) {
        assertThatThrownBy(() -> open(uri))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void schemeWithoutProviderNamesTheMissingDependency() {
        assertThatThrownBy(() -> open("s3://bucket/p"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("io.s3stream:s3stream-storage-s3");
    }

    private static ObjectStorage open(String uri) {
        return ObjectStorages.open(URI.create(uri), new Threads(), UnpooledByteBufAllocator.DEFAULT);
    }

    /** As much of a runtime as opening a storage takes. */
    private static final class Threads implements EngineRuntime {

        @Override
        public IoExecutor ioExecutor(String name, int threads) {
            return new PooledIoExecutor(threads);
        }

        @Override
        public long randomLong() {
            return new Random().nextLong();
        }

        @Override
        public long nanoTime() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long currentTimeMillis() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SerialContext serialContext(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Timer schedule(Duration delay, Executor context, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Executor callbacks() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
