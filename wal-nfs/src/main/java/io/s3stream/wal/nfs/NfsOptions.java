package io.s3stream.wal.nfs;

import io.s3stream.api.Units;
import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The options of an {@code nfs:} URI.
 *
 * @param capacityBytes the maximum bytes of frames that are not committed
 * @param segmentBytes the size of each file
 */
record NfsOptions(Path path, long capacityBytes, long segmentBytes, int maxInFlight, int maxInFlightBytes) {

    static final String SCHEME = "nfs";

    private static final long DEFAULT_CAPACITY = 1L << 30;
    private static final long DEFAULT_SEGMENT = 160L << 20;
    private static final int SEGMENTS_OF_A_SMALL_WAL = 4;
    private static final int DEFAULT_IN_FLIGHT = 16;
    private static final int MAX_IN_FLIGHT = 256;
    private static final long DEFAULT_IN_FLIGHT_BYTES = 8L << 20;
    private static final long MIN_IN_FLIGHT_BYTES = 64L << 10;
    private static final long MAX_IN_FLIGHT_BYTES = 1L << 30;
    private static final Set<String> KNOWN =
            new TreeSet<>(Set.of("capacity", "segment", "maxInFlight", "maxInFlightBytes"));

    static NfsOptions parse(URI uri) {
        Path path = path(uri);
        Map<String, String> options = options(uri);
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (!KNOWN.contains(option.getKey())) {
                throw invalid(uri, option.getKey(), option.getValue(), "there is no such option; known are " + KNOWN);
            }
        }
        long smallest = SegmentGeometry.SEGMENTS_PER_WAL * SegmentGeometry.MIN_SEGMENT_BYTES;
        long capacity = bytes(uri, options, "capacity", DEFAULT_CAPACITY, smallest, Long.MAX_VALUE);
        long share = Math.max(SegmentGeometry.MIN_SEGMENT_BYTES, capacity / SEGMENTS_OF_A_SMALL_WAL);
        long segment = bytes(
                uri,
                options,
                "segment",
                Math.min(DEFAULT_SEGMENT, share),
                SegmentGeometry.MIN_SEGMENT_BYTES,
                capacity / SegmentGeometry.SEGMENTS_PER_WAL);
        return new NfsOptions(
                path,
                capacity & -SegmentGeometry.ALIGNMENT,
                segment & -SegmentGeometry.ALIGNMENT,
                (int) number(uri, options, "maxInFlight", DEFAULT_IN_FLIGHT, 1, MAX_IN_FLIGHT),
                (int) bytes(
                        uri,
                        options,
                        "maxInFlightBytes",
                        DEFAULT_IN_FLIGHT_BYTES,
                        MIN_IN_FLIGHT_BYTES,
                        MAX_IN_FLIGHT_BYTES));
    }

    /** Checks the URI's path and returns it. */
    static Path path(URI uri) {
        if (!SCHEME.equals(uri.getScheme())) {
            throw new InvalidRequestException("'" + uri + "' is not an NFS WAL; write nfs:///path/to/directory");
        }
        String path = uri.getPath();
        if (uri.getRawAuthority() != null || path == null || !path.startsWith("/") || path.equals("/")) {
            throw new InvalidRequestException("'" + uri + "' names no absolute path; write nfs:///path/to/directory,"
                    + " with three slashes: the path of a directory where the file system is mounted on this machine,"
                    + " not the address of a server");
        }
        if (uri.getRawFragment() != null) {
            throw new InvalidRequestException("'" + uri + "' has a fragment; write a '#' of the path as %23");
        }
        try {
            return Path.of(path).normalize();
        } catch (InvalidPathException e) {
            throw new InvalidRequestException(
                    "'" + uri + "' is not a path of this machine: " + e.getReason()
                            + "; write nfs:///path/to/directory",
                    e);
        }
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
            String value = equals < 0 ? "" : part.substring(equals + 1);
            if (options.put(name, value) != null) {
                throw invalid(uri, name, value, "it is given twice; keep one");
            }
        }
        return options;
    }

    private static long bytes(
            URI uri, Map<String, String> options, String name, long absent, long smallest, long largest) {
        String text = options.get(name);
        return text == null ? absent : within(uri, name, text, parseBytes(uri, name, text), smallest, largest);
    }

    private static long parseBytes(URI uri, String name, String text) {
        try {
            return Units.parseBytes(text);
        } catch (InvalidRequestException e) {
            throw invalid(uri, name, text, "" + e.getMessage(), e);
        }
    }

    private static long number(
            URI uri, Map<String, String> options, String name, long absent, long smallest, long largest) {
        String text = options.get(name);
        try {
            return text == null ? absent : within(uri, name, text, Long.parseLong(text), smallest, largest);
        } catch (NumberFormatException e) {
            throw invalid(uri, name, text, "write a whole number", e);
        }
    }

    private static long within(URI uri, String name, String text, long value, long smallest, long largest) {
        if (value < smallest || value > largest) {
            throw invalid(
                    uri, name, text, "write " + smallest + (largest == Long.MAX_VALUE ? " or more" : " to " + largest));
        }
        return value;
    }

    private static InvalidRequestException invalid(URI uri, String name, @Nullable String value, String remedy) {
        return invalid(uri, name, value, remedy, null);
    }

    private static InvalidRequestException invalid(
            URI uri, String name, @Nullable String value, String remedy, @Nullable Exception cause) {
        return new InvalidRequestException(
                SCHEME + " WAL option " + name + "='" + value + "' in " + uri + ": " + remedy, cause);
    }
}
