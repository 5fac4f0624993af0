package io.s3stream.wal.s3;

import io.s3stream.api.Units;
import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@code store:} or {@code s3:} URI; see {@link S3WalProvider} for their meaning.
 *
 * @param storageUri the URI of another bucket, with the options that belong to the object storage; null for the store's
 *     own object storage
 * @param maxPutsPerSecond the ceiling; infinite if there is none
 */
record S3Options(
        @Nullable URI storageUri,
        long capacityBytes,
        int maxInFlight,
        int maxInFlightBytes,
        int targetFrameBytes,
        Duration linger,
        double maxPutsPerSecond,
        Duration timeout) {

    static final String STORE = "store";
    static final String S3 = "s3";

    private static final Set<String> OURS = Set.of(
            "capacity", "maxInFlight", "maxInFlightBytes", "targetFrame", "linger", "maxPutsPerSecond", "timeout");

    static S3Options parse(URI uri) {
        checkPlace(uri);
        Map<String, String> given = options(uri);
        if (STORE.equals(uri.getScheme())) {
            for (Map.Entry<String, String> option : given.entrySet()) {
                if (!OURS.contains(option.getKey())) {
                    throw new Reader(uri, given)
                            .invalid(option.getKey(), "there is no such option; known are " + new TreeSet<>(OURS));
                }
            }
        }
        Reader read = new Reader(uri, given);
        int maxInFlight = (int) read.number("maxInFlight", 16, 1, 256);
        int targetFrame = (int) read.bytes("targetFrame", 4L << 20, 4L << 10, 1L << 29);
        long defaultInFlightBytes = Math.min(1L << 30, (long) maxInFlight * targetFrame);
        Duration linger = read.duration("linger", Duration.ofMillis(100), Duration.ZERO, Duration.ofSeconds(60));
        return new S3Options(
                S3.equals(uri.getScheme()) ? withoutOurs(uri) : null,
                read.bytes("capacity", 4L << 30, 1L << 20, Long.MAX_VALUE),
                maxInFlight,
                (int) read.bytes("maxInFlightBytes", defaultInFlightBytes, 64L << 10, 1L << 30),
                targetFrame,
                linger,
                read.rate("maxPutsPerSecond", linger.isZero() ? Double.POSITIVE_INFINITY : 1e9 / linger.toNanos()),
                read.duration("timeout", Duration.ofSeconds(30), Duration.ofMillis(1), Duration.ofHours(1)));
    }

    /** Returns scheme, bucket, prefix, and the endpoint if given: one bucket name at two endpoints is two buckets. */
    static String mediumId(URI uri) {
        checkPlace(uri);
        if (STORE.equals(uri.getScheme())) {
            return STORE + ":";
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String endpoint = options(uri).get("endpoint");
        return S3 + "://" + uri.getRawAuthority() + "/" + path.replaceAll("^/+|/+$", "")
                + (endpoint == null ? "" : " at " + endpoint);
    }

    /** Returns whether a recorded URI leads to the same bucket, at the same endpoint, as a URI of the configuration. */
    static boolean mayFollow(URI recorded, List<URI> known) {
        checkPlace(recorded);
        if (STORE.equals(recorded.getScheme())) {
            return true;
        }
        Map<String, String> options = options(recorded);
        String endpoint = options.get("endpoint");
        boolean isEncrypted =
                endpoint == null || endpoint.toLowerCase(Locale.ROOT).startsWith("https://");
        return isEncrypted
                && known.stream()
                        .filter(uri -> S3.equals(uri.getScheme()))
                        .anyMatch(uri -> Objects.equals(uri.getRawAuthority(), recorded.getRawAuthority())
                                && Objects.equals(options(uri).get("endpoint"), endpoint)
                                && Objects.equals(options(uri).get("region"), options.get("region"))
                                && !options.containsKey("unsafeSkipProbe"));
    }

    private static void checkPlace(URI uri) {
        boolean good = STORE.equals(uri.getScheme())
                ? uri.getRawAuthority() == null && "/".equals(uri.getPath())
                : S3.equals(uri.getScheme()) && uri.getRawAuthority() != null;
        if (!good || uri.getRawFragment() != null) {
            throw new InvalidRequestException("'" + uri + "' names no object storage for a WAL; write store:/ for the"
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

    private static Map<String, String> options(URI uri) {
        Map<String, String> options = new LinkedHashMap<>();
        String query = uri.getQuery();
        if (query == null || query.isEmpty()) {
            return options;
        }
        for (String part : query.split("&")) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (options.put(name, equals < 0 ? "" : part.substring(equals + 1)) != null) {
                throw new Reader(uri, options).invalid(name, "it is given twice; keep one");
            }
        }
        return options;
    }

    /** Reads and checks the values of options. */
    private record Reader(URI uri, Map<String, String> given) {

        long bytes(String name, long absent, long smallest, long largest) {
            return within(name, absent, smallest, largest, Units::parseBytes);
        }

        long number(String name, long absent, long smallest, long largest) {
            return within(name, absent, smallest, largest, Long::parseLong);
        }

        Duration duration(String name, Duration absent, Duration smallest, Duration largest) {
            return within(name, absent, smallest, largest, Units::parseDuration);
        }

        double rate(String name, double absent) {
            return within(name, absent, 0.001, Double.POSITIVE_INFINITY, Double::parseDouble);
        }

        private <T extends Comparable<T>> T within(
                String name, T absent, T smallest, T largest, Function<String, T> parse) {
            String text = given.get(name);
            if (text == null) {
                return absent;
            }
            T value;
            try {
                value = parse.apply(text);
            } catch (NumberFormatException e) {
                throw invalid(name, "write a number");
            } catch (InvalidRequestException e) {
                throw invalid(name, "" + e.getMessage());
            }
            if (value.compareTo(smallest) < 0 || value.compareTo(largest) > 0) {
                throw invalid(name, "write " + smallest + " to " + largest);
            }
            return value;
        }

        InvalidRequestException invalid(String name, String remedy) {
            return new InvalidRequestException(
                    "S3 WAL option " + name + "='" + given.get(name) + "' in " + uri + ": " + remedy);
        }
    }
}
