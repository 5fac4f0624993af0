package io.s3stream.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.storage.aws.AwsStorageOptions;
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
import java.util.Optional;
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
    void memoryUriOpensNewStorage() {
        try (var storage = open("memory:/")) {
            assertThat(storage).isInstanceOf(MemoryObjectStorage.class);
        }
    }

    @Test
    void fileUriOpensDirectoryAndCreatesIt() {
        Path deeper = directory.resolve("a/b");
        try (var storage = open("file://" + deeper)) {
            storage.put("k", ObjectBody.of(new byte[3]), PutCondition.ALWAYS).join();
        }
        assertThat(deeper.resolve("k@")).isRegularFile();
    }

    @Test
    void s3UriIsReadWithAllItsOptions() {
        var options = AwsStorageOptions.parse(
                URI.create(
                        "s3://bucket/a/b/?region=eu-central-1&endpoint=http://127.0.0.1:9000&pathStyle=true&unorderedListing=true&unsafeSkipProbe=true"));

        assertThat(options)
                .isEqualTo(new AwsStorageOptions(
                        "bucket",
                        "a/b/",
                        Optional.of("eu-central-1"),
                        Optional.of(URI.create("http://127.0.0.1:9000")),
                        true,
                        true,
                        true));
    }

    @Test
    void s3UriNeedsNoOptions() {
        assertThat(AwsStorageOptions.parse(URI.create("s3://bucket")))
                .isEqualTo(
                        new AwsStorageOptions("bucket", "", Optional.empty(), Optional.empty(), false, false, false));
    }

    @Test
    void directoryBucketNameMeansUnorderedListing() {
        assertThat(AwsStorageOptions.parse(URI.create("s3://logs--use1-az4--x-s3/p?region=us-east-1"))
                        .unorderedListing())
                .isTrue();
        assertThat(AwsStorageOptions.parse(URI.create("s3://logs--use1-az4--x-s4/p"))
                        .unorderedListing())
                .isFalse();
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
                "s3:///prefix,                                   has no bucket",
                "s3:bucket,                                      has no bucket",
                "s3://host:9000/bucket,                          bucket='host:9000'",
                "s3://bucket/p?regoin=x,                         'regoin' is unknown",
                "s3://bucket/p?region,                           'region' has no value",
                "s3://bucket/p?region=,                          'region' has no value",
                "s3://bucket/p?region=a&region=b,                'region' is given twice",
                "s3://bucket/p?pathStyle=yes,                    pathStyle='yes'",
                "s3://bucket/p?endpoint=127.0.0.1:9000,          endpoint=https://host:port",
                "s3://bucket/p?endpoint=ftp://host,              endpoint=https://host:port",
                "s3://logs--x-s3/p,                              write name--zone--x-s3",
                "s3://b--use1-az4--x-s3/p?pathStyle=true,        pathStyle=true: directory buckets",
                "s3://b--z--x-s3/p?unorderedListing=false,       unorderedListing=false",
                "s3://bucket/p?unorderedListing=maybe,           unorderedListing='maybe'",
                "s3://bucket/a%20b,                              only [A-Za-z0-9._/-]",
                "s3://bucket/p#part,                             fragment",
            })
    void invalidUriIsRefusedWithItsProblem(String uri, String expected) {
        assertThatThrownBy(() -> open(uri))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "s3://ak:hidden@bucket/p",
        "s3://bucket/p?accessKey=hidden",
        "s3://bucket/p?secret_key=hidden",
        "s3://bucket/p?aws_secret_access_key=hidden",
        "s3://bucket/p?endpoint=http://ak:hidden@host:9000",
    })
    void credentialsInUriAreRefusedAndNotRepeated(String uri) {
        assertThatThrownBy(() -> open(uri))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageNotContaining("hidden")
                .hasMessageContaining("URI");
    }

    private static ObjectStorage open(String uri) {
        return ObjectStorages.open(URI.create(uri), new Threads(), UnpooledByteBufAllocator.DEFAULT);
    }

    /** The part of a runtime that opening a storage uses. */
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
