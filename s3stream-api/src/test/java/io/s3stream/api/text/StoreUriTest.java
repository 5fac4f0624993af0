package io.s3stream.api.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The likeliest mistake of a new user: a path in place of a URI. */
class StoreUriTest {

    private static void refuses(ThrowingCallable call, String... texts) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.getMessage()).contains(texts));
    }

    @Test
    void pathIsRefusedWithUrisItMayMean() {
        refuses(() -> StreamStore.builder().wal("/data/wal"), "wal=/data/wal", "block:///data/wal", "nfs:///data/wal");
        refuses(() -> StreamStore.builder().walFallback("/data/wal"), "walFallback=/data/wal", "block:///data/wal");
        refuses(() -> StreamStore.builder().storage("/data"), "storage=/data", "file:///data", "s3://bucket/prefix");
        refuses(() -> StreamStore.builder().register("host/database"), "postgresql://host/database?store=NAME");
        String absolute = Path.of("data/wal").toAbsolutePath().toUri().getRawPath();
        refuses(() -> StreamStore.builder().wal("data/wal"), "block://" + absolute, "nfs://" + absolute);
        refuses(() -> StreamStore.builder().storage("bucket/prefix"), "s3://bucket/prefix", "file:///");
    }

    @Test
    void uriObjectWithoutSchemeIsRefusedWithUris() {
        refuses(() -> StreamStore.builder().wal(URI.create("/data/wal")), "block:///data/wal");
        refuses(() -> StreamStore.builder().walFallback(URI.create("/data/wal")), "block:///data/wal");
        refuses(() -> StreamStore.builder().storage(URI.create("/data")), "file:///data");
        refuses(() -> StreamStore.builder().register(URI.create("/host")), "postgresql://host/database");
    }

    @Test
    void schemeNameAloneIsRefusedWithSchemeSyntax() {
        refuses(() -> StreamStore.builder().wal("store"), "write store:");
        refuses(() -> StreamStore.builder().storage("memory"), "write memory:");
        refuses(() -> StreamStore.builder().wal(""), "the URI has no scheme", "block:///");
    }

    @Test
    void oddCharactersAreShownEscaped() {
        refuses(() -> StreamStore.builder().wal("block:///my wal"), "not a URI", "block:///my%20wal");
        refuses(() -> StreamStore.builder().wal("/my wal"), "not a URI", "block:///my%20wal", "nfs:///my%20wal");
        refuses(() -> StreamStore.builder().storage("file:///my data"), "file:///my%20data");
    }

    @Test
    void optionsAreLeftOutOfShownPath() {
        refuses(() -> StreamStore.builder().wal("block:///data/wal?capacity=1 GiB"), "block:///data/wal for a file");
    }

    @Test
    void aUriWithoutAPathStandsForTheRoot() {
        StreamStoreBuilder builder = StreamStore.builder();
        assertThat(builder.wal("store:?linger=1ms").walUri()).isEqualTo(URI.create("store:/?linger=1ms"));
        assertThat(builder.wal(URI.create("store:?linger=1ms")).walUri()).isEqualTo(URI.create("store:/?linger=1ms"));
        assertThat(builder.wal("store:").walUri()).isEqualTo(URI.create("store:/"));
        assertThat(builder.walFallback("store:?linger=1ms&capacity=8MiB").walFallbackUri())
                .isEqualTo(URI.create("store:/?linger=1ms&capacity=8MiB"));
        assertThat(builder.storage("memory:?x=a%20b").storageUri()).isEqualTo(URI.create("memory:/?x=a%20b"));
        assertThat(builder.wal("s3://bucket?linger=1ms").walUri()).isEqualTo(URI.create("s3://bucket?linger=1ms"));
        assertThat(builder.wal("block:wal?capacity=1GiB").walUri()).isEqualTo(URI.create("block:wal?capacity=1GiB"));
    }

    @Test
    void registerAddressIsNotRepeated() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> StreamStore.builder().register("user:secret @host/db"))
                .satisfies(e -> assertThat(e.getMessage() + e.getCause())
                        .doesNotContain("secret")
                        .contains("postgresql://"));
    }
}
