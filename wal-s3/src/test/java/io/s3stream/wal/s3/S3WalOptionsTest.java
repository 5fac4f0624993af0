package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3WalOptionsTest {

    private static S3WalOptions parse(String uri) {
        return S3WalOptions.parse(URI.create(uri));
    }

    @Test
    void defaultsNeedNoOptions() {
        S3WalOptions options = parse("store:/");
        assertThat(options.storageUri()).isNull();
        assertThat(options.capacityBytes()).isEqualTo(4L << 30);
        assertThat(options.maxInFlight()).isEqualTo(16);
        assertThat(options.targetFrameBytes()).isEqualTo(12 << 20);
        assertThat(options.maxInFlightBytes()).isEqualTo(64 << 20);
        assertThat(options.linger()).isEqualTo(LingerPolicy.adaptive(2_000_000, 100_000_000, 10, 1 << 20));
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void everyOptionIsRead() {
        S3WalOptions options = parse("store:/?capacity=1GiB&maxInFlight=32&maxInFlightBytes=16MiB&targetFrame=512KiB"
                + "&linger=2ms&maxPutsPerSecond=0.5&timeout=5s");
        assertThat(options)
                .isEqualTo(new S3WalOptions(
                        null,
                        1L << 30,
                        32,
                        16 << 20,
                        512 << 10,
                        LingerPolicy.of(2_000_000, 0.5),
                        Duration.ofSeconds(5)));
    }

    @Test
    void ceilingDefaultsToNoneWithoutLinger() {
        assertThat(parse("store:/?linger=0ms").linger().putsPerSecond()).isInfinite();
        assertThat(parse("store:/?linger=0ms&maxPutsPerSecond=7").linger().putsPerSecond())
                .isEqualTo(7);
    }

    @Test
    void rangeOfLingersHasCeilingOfItsLongest() {
        assertThat(parse("store:/?linger=2ms..100ms").linger())
                .isEqualTo(LingerPolicy.adaptive(2_000_000, 100_000_000, 10, 1 << 20));
        assertThat(parse("store:/?linger=0ms..50ms&bytesPerPut=512KiB&maxPutsPerSecond=5")
                        .linger())
                .isEqualTo(LingerPolicy.adaptive(0, 50_000_000, 5, 512 << 10));
    }

    @ParameterizedTest
    @CsvSource({
        "s3://b/p?linger=2ms&region=eu-west-1&capacity=1GiB&pathStyle=true, s3://b/p?region=eu-west-1&pathStyle=true",
        "s3://b/p?linger=2ms, s3://b/p",
        "s3://b/p, s3://b/p",
        "s3://b?endpoint=http://h:1&timeout=1s, s3://b?endpoint=http://h:1"
    })
    void foreignOptionsArePassedToStorage(String uri, String passedOn) {
        assertThat(parse(uri).storageUri()).isEqualTo(URI.create(passedOn));
    }

    @ParameterizedTest
    @CsvSource({
        "store:/?frames=3, frames",
        "store:/?capacity=many, capacity",
        "store:/?capacity=4KiB, capacity",
        "store:/?maxInFlight=0, maxInFlight",
        "store:/?maxInFlight=x, maxInFlight",
        "store:/?linger=5, linger",
        "store:/?linger=2h, linger",
        "store:/?linger=2ms.., linger",
        "store:/?linger=2ms..2h, linger",
        "store:/?linger=100ms..2ms, linger",
        "store:/?linger=2ms&bytesPerPut=1MiB, bytesPerPut",
        "store:/?linger=2ms..100ms&bytesPerPut=0, bytesPerPut",
        "store:/?maxPutsPerSecond=0, maxPutsPerSecond",
        "store:/?maxPutsPerSecond=NaN, maxPutsPerSecond",
        "store:/?timeout=0ms, timeout",
        "store:/?linger=1ms&linger=2ms, twice"
    })
    void wrongOptionIsNamedWithItsValueAndUri(String uri, String named) {
        assertThatThrownBy(() -> parse(uri))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll(named, uri);
    }

    @ParameterizedTest
    @ValueSource(strings = {"store:/prefix", "store://bucket/", "s3:/bucket", "block:///x", "store:/#f", "s3://b/p#f"})
    void uriWithoutStorageIsRefused(String uri) {
        assertThatThrownBy(() -> parse(uri))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("s3://bucket/prefix");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://KEY:hidden@b/p",
                "s3://KEY:a/hidden@b",
                "s3://KEY:hidden/p",
                "s3://b/p#hidden",
                "store:/?secretKey=hidden",
                "s3://b/p?secretKey=hidden&linger=2"
            })
    void secretOfARefusedUriIsNotRepeated(String uri) {
        assertThatThrownBy(() -> parse(uri))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageNotContaining("hidden");
    }

    @ParameterizedTest
    @CsvSource({
        "store:/?linger=1ms, store:/, true",
        "s3://b/p?linger=1ms, s3://b/p/, true",
        "s3://b/p, s3://b/q, false",
        "s3://b/p, store:/, false",
        "s3://b/p?endpoint=http://one, s3://b/p?endpoint=http://two, false"
    })
    void onlyEndpointMakesOtherMedium(String one, String other, boolean same) {
        assertThat(S3WalOptions.mediumId(URI.create(one)).equals(S3WalOptions.mediumId(URI.create(other))))
                .isEqualTo(same);
    }

    /** A record may be forged, and signed requests go to its address. */
    @Test
    void recordIsFollowedToConfiguredBucketsOnlyAndNeverByPlainHttp() {
        List<URI> known = List.of(
                URI.create("s3://bucket/store?endpoint=https://s3.example&region=eu-1"),
                URI.create("s3://plain/store?endpoint=http://127.0.0.1:9000"),
                URI.create("s3://amazon/store"));
        for (String followed : List.of(
                "store:/",
                "s3://bucket/wals?region=eu-1&endpoint=https://s3.example&linger=2ms",
                "s3://amazon/other?walStorageClass=STANDARD&retries=2")) {
            assertThat(S3WalOptions.mayFollow(URI.create(followed), known))
                    .as(followed)
                    .isTrue();
        }
        for (String refused : List.of(
                "s3://bucket/wals?endpoint=https://evil.example&region=eu-1",
                "s3://bucket/wals?endpoint=http://s3.example&region=eu-1",
                "s3://bucket/wals?endpoint=https://s3.example",
                "s3://bucket/wals",
                "s3://other/wals?endpoint=https://s3.example&region=eu-1",
                "s3://amazon/wals?endpoint=https://evil.example",
                "s3://amazon/wals?unsafeSkipProbe=true",
                "s3://amazon/wals?proxy=http://evil.example:3128",
                "s3://amazon/wals?caFile=/tmp/evil.pem",
                "s3://amazon/wals?kmsKeyId=evil",
                "s3://plain/wals?endpoint=http://127.0.0.1:9000")) {
            assertThat(S3WalOptions.mayFollow(URI.create(refused), known))
                    .as(refused)
                    .isFalse();
        }
    }
}
