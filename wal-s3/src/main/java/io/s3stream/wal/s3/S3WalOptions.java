package io.s3stream.wal.s3;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.wal.common.UriOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@code store:} or {@code s3:} URI; see {@link S3WalProvider} for their meaning.
 *
 * @param storageUri the URI of another bucket, with the options that belong to the object storage; null for the store's
 *     own object storage
 */
record S3WalOptions(
        @Nullable URI storageUri,
        long capacityBytes,
        int maxInFlight,
        int maxInFlightBytes,
        int targetFrameBytes,
        LingerPolicy linger,
        Duration timeout) {

    static final String STORE = "store";
    static final String S3 = "s3";

    private static final long IN_FLIGHT_BYTES = 64L << 20;
    private static final Duration QUIET = Duration.ofMillis(2);
    private static final Duration LONG_LINGER = Duration.ofMillis(100);
    /** 1024 PUTs per GiB cost 0.005 USD in a standard bucket, an eighth of the traffic of replicas in three zones. */
    private static final long BYTES_PER_PUT = 1L << 20;

    private static final Set<String> OURS = new TreeSet<>(Set.of(
            "capacity",
            "maxInFlight",
            "maxInFlightBytes",
            "targetFrame",
            "linger",
            "bytesPerPut",
            "maxPutsPerSecond",
            "timeout"));

    /** The options that decide where requests, and with them credentials and data, are sent, and who is trusted. */
    private static final List<String> ROUTE = List.of(
            "endpoint",
            "region",
            "proxy",
            "caFile",
            "allowHttp",
            "fips",
            "dualStack",
            "sse",
            "kmsKeyId",
            "requesterPays");

    static S3WalOptions parse(URI uri) {
        checkPlace(uri);
        UriOptions options = options(uri);
        if (STORE.equals(uri.getScheme())) {
            options.requireKnown(OURS);
        }
        int maxInFlight = (int) options.number("maxInFlight", 16, 1, 256);
        int targetFrame = (int) options.bytes("targetFrame", 12L << 20, 4L << 10, 1L << 29);
        long inFlightBytes = Math.max(IN_FLIGHT_BYTES, 4L * targetFrame);
        long defaultInFlightBytes = Math.min(Math.min(1L << 30, inFlightBytes), (long) maxInFlight * targetFrame);
        return new S3WalOptions(
                S3.equals(uri.getScheme()) ? withoutOurs(uri) : null,
                options.bytes("capacity", 4L << 30, 1L << 20, Long.MAX_VALUE),
                maxInFlight,
                (int) options.bytes("maxInFlightBytes", defaultInFlightBytes, 64L << 10, 1L << 30),
                targetFrame,
                linger(options),
                options.duration("timeout", Duration.ofSeconds(30), Duration.ofMillis(1), Duration.ofHours(1)));
    }

    /** A single duration is the linger at every load. In a range, the bytes of the frames pay for shorter ones. */
    private static LingerPolicy linger(UriOptions options) {
        boolean isDefault = options.text("linger") == null;
        UriOptions.Range range = options.durations("linger", LONG_LINGER, Duration.ZERO, Duration.ofSeconds(60));
        long longest = range.largest().toNanos();
        double ceiling = options.decimal(
                "maxPutsPerSecond",
                longest == 0 ? Double.POSITIVE_INFINITY : 1e9 / longest,
                0.001,
                Double.POSITIVE_INFINITY);
        if (range.isSingle() && !isDefault) {
            options.requireAbsent("bytesPerPut", "it needs a range of lingers, such as linger=2ms..100ms");
            return LingerPolicy.of(longest, ceiling);
        }
        long bytesPerPut = options.bytes("bytesPerPut", BYTES_PER_PUT, 4L << 10, 1L << 30);
        Duration quiet = isDefault ? QUIET : range.smallest();
        return LingerPolicy.adaptive(quiet.toNanos(), longest, ceiling, bytesPerPut);
    }

    /** Returns scheme, bucket, prefix, and the endpoint if given: one bucket name at two endpoints is two buckets. */
    static String mediumId(URI uri) {
        checkPlace(uri);
        if (STORE.equals(uri.getScheme())) {
            return STORE + ":";
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String endpoint = options(uri).text("endpoint");
        return S3 + "://" + uri.getRawAuthority() + "/" + path.replaceAll("^/+|/+$", "")
                + (endpoint == null ? "" : " at " + SafeUri.value("endpoint", endpoint));
    }

    /** Returns whether a recorded URI leads to the same bucket, at the same endpoint, as a URI of the configuration. */
    static boolean mayFollow(URI recorded, List<URI> known) {
        checkPlace(recorded);
        if (STORE.equals(recorded.getScheme())) {
            return true;
        }
        UriOptions options = options(recorded);
        String endpoint = options.text("endpoint");
        boolean isEncrypted =
                endpoint == null || endpoint.toLowerCase(Locale.ROOT).startsWith("https://");
        return isEncrypted
                && options.text("unsafeSkipProbe") == null
                && known.stream()
                        .filter(uri -> S3.equals(uri.getScheme()))
                        .anyMatch(uri -> Objects.equals(uri.getRawAuthority(), recorded.getRawAuthority())
                                && ROUTE.stream()
                                        .allMatch(name ->
                                                Objects.equals(options(uri).text(name), options.text(name))));
    }

    private static void checkPlace(URI uri) {
        boolean good = STORE.equals(uri.getScheme())
                ? uri.getRawAuthority() == null && "/".equals(uri.getPath())
                : S3.equals(uri.getScheme()) && uri.getRawAuthority() != null;
        if (!good || uri.getRawFragment() != null || SafeUri.hasUserInfo(uri.toString())) {
            throw new InvalidRequestException(
                    "'" + SafeUri.of(uri) + "' names no object storage for a WAL; write store:/ for the"
                            + " store's own, or s3://bucket/prefix for another bucket");
        }
    }

    private static URI withoutOurs(URI uri) {
        String query = uri.getRawQuery();
        String text = uri.toString();
        if (query == null) {
            return uri;
        }
        String rest = Arrays.stream(query.split("&"))
                .filter(part -> !OURS.contains(part.replaceFirst("=.*", "")))
                .collect(Collectors.joining("&"));
        String place = text.substring(0, text.indexOf('?'));
        return URI.create(rest.isEmpty() ? place : place + "?" + rest);
    }

    private static UriOptions options(URI uri) {
        return new UriOptions("S3", uri);
    }
}
