package io.s3stream.wal.nfs;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.wal.common.UriOptions;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

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
        UriOptions options = new UriOptions(SCHEME, uri);
        options.requireKnown(KNOWN);
        long smallest = SegmentGeometry.SEGMENTS_PER_WAL * SegmentGeometry.MIN_SEGMENT_BYTES;
        long capacity = options.bytes("capacity", DEFAULT_CAPACITY, smallest, Long.MAX_VALUE);
        long share = Math.max(SegmentGeometry.MIN_SEGMENT_BYTES, capacity / SEGMENTS_OF_A_SMALL_WAL);
        long segment = options.bytes(
                "segment",
                Math.min(DEFAULT_SEGMENT, share),
                SegmentGeometry.MIN_SEGMENT_BYTES,
                capacity / SegmentGeometry.SEGMENTS_PER_WAL);
        return new NfsOptions(
                path,
                capacity & -SegmentGeometry.ALIGNMENT,
                segment & -SegmentGeometry.ALIGNMENT,
                (int) options.number("maxInFlight", DEFAULT_IN_FLIGHT, 1, MAX_IN_FLIGHT),
                (int) options.bytes(
                        "maxInFlightBytes", DEFAULT_IN_FLIGHT_BYTES, MIN_IN_FLIGHT_BYTES, MAX_IN_FLIGHT_BYTES));
    }

    /** Checks the URI's path and returns it. */
    static Path path(URI uri) {
        if (!SCHEME.equals(uri.getScheme())) {
            throw new InvalidRequestException(
                    "'" + SafeUri.of(uri) + "' is not an NFS WAL; write nfs:///path/to/directory");
        }
        String path = uri.getPath();
        if (uri.getRawAuthority() != null || path == null || !path.startsWith("/") || path.equals("/")) {
            throw new InvalidRequestException(
                    "'" + SafeUri.of(uri) + "' names no absolute path; write nfs:///path/to/directory,"
                            + " with three slashes: the path of a directory where the file system is mounted on this machine,"
                            + " not the address of a server");
        }
        if (uri.getRawFragment() != null) {
            throw new InvalidRequestException(
                    "'" + SafeUri.of(uri) + "' has a fragment; write a '#' of the path as %23");
        }
        try {
            return Path.of(path).normalize();
        } catch (InvalidPathException e) {
            throw new InvalidRequestException(
                    "'" + SafeUri.of(uri) + "' is not a path of this machine: " + e.getReason()
                            + "; write nfs:///path/to/directory",
                    e);
        }
    }
}
