package io.s3stream.wal.block.format;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.wal.common.UriOptions;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@code block:} URI.
 *
 * @param capacityBytes the bytes of file or device to use, superblock area included; 0 if not given
 * @param singleAttach the operator's word that no other machine or container can still write to the medium
 * @param shared the options of shared mode; null in exclusive mode
 */
public record BlockOptions(
        Path path,
        long capacityBytes,
        int maxInFlight,
        int maxInFlightBytes,
        boolean singleAttach,
        @Nullable SharedOptions shared) {

    public static final String SCHEME = "block";
    static final long DEFAULT_FILE_BYTES = 512L << 20;

    private static final int DEFAULT_IN_FLIGHT = 8;
    private static final int MAX_IN_FLIGHT = 256;
    private static final long DEFAULT_IN_FLIGHT_BYTES = 8L << 20;
    private static final long MIN_IN_FLIGHT_BYTES = 64L << 10;
    private static final long MAX_IN_FLIGHT_BYTES = 1L << 30;
    private static final Set<String> KNOWN = new TreeSet<>(Set.of(
            "capacity",
            "maxInFlight",
            "maxInFlightBytes",
            "mode",
            "singleAttach",
            SharedOptions.EXTENT,
            SharedOptions.CELLS,
            SharedOptions.WRITERS_GONE));

    public static BlockOptions parse(URI uri) {
        Path path = path(uri);
        UriOptions options = new UriOptions(SCHEME, uri);
        options.requireKnown(KNOWN);
        boolean shared = isShared(options);
        if (shared) {
            options.requireAbsent(
                    "singleAttach", "it belongs to exclusive mode; in shared mode name the writers: writersGone=…");
        } else {
            for (String name : SharedOptions.NAMES) {
                options.requireAbsent(name, "it belongs to shared mode; add mode=shared or leave it out");
            }
        }
        return new BlockOptions(
                path,
                options.bytes("capacity", 0, RingGeometry.MIN_CAPACITY, Long.MAX_VALUE),
                (int) options.number("maxInFlight", DEFAULT_IN_FLIGHT, 1, MAX_IN_FLIGHT),
                (int) options.bytes(
                        "maxInFlightBytes", DEFAULT_IN_FLIGHT_BYTES, MIN_IN_FLIGHT_BYTES, MAX_IN_FLIGHT_BYTES),
                options.flag("singleAttach"),
                shared ? SharedOptions.parse(options) : null);
    }

    private static boolean isShared(UriOptions options) {
        String mode = options.text("mode");
        if (mode != null && !mode.equals("exclusive") && !mode.equals("shared")) {
            throw options.invalid("mode", mode, "write exclusive or shared");
        }
        return "shared".equals(mode);
    }

    /** Returns the bytes of the medium to use: the given capacity, or all of a device. */
    public long usableBytes(long deviceBytes, boolean isDevice, URI uri) {
        if (!isDevice) {
            return capacityBytes == 0 ? DEFAULT_FILE_BYTES : capacityBytes;
        }
        if (capacityBytes > deviceBytes) {
            throw new InvalidRequestException("block WAL option capacity='" + capacityBytes + "' in " + SafeUri.of(uri)
                    + ": the device has " + deviceBytes + " bytes; leave the option out to use all of it");
        }
        return capacityBytes == 0 ? deviceBytes : capacityBytes;
    }

    /**
     * Returns the id of the medium. Two URIs with equal ids name the same medium.
     *
     * @param canonical maps all names of a medium to one name
     */
    public static String mediumId(URI uri, UnaryOperator<Path> canonical) {
        Path path = canonical.apply(path(uri));
        return (isShared(new UriOptions(SCHEME, uri)) ? SCHEME + "-shared:" : SCHEME + ":") + path;
    }

    /** Checks the URI's path and returns it. */
    private static Path path(URI uri) {
        if (!SCHEME.equals(uri.getScheme())) {
            throw new InvalidRequestException(
                    "'" + SafeUri.of(uri) + "' is not a block WAL; write block:///path/to/file");
        }
        String path = uri.getPath();
        if (uri.getRawAuthority() != null || path == null || !path.startsWith("/") || path.equals("/")) {
            throw new InvalidRequestException("'" + SafeUri.of(uri) + "' names no absolute path; write " + withPath(uri)
                    + "block:///path/to/file or block:///dev/name, with three slashes");
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
                            + "; write block:///path/to/file",
                    e);
        }
    }

    /** Returns the URI that was probably meant, as part of a message, or an empty text. */
    private static String withPath(URI uri) {
        String meant = uri.isOpaque()
                ? Path.of(uri.getSchemeSpecificPart().split("\\?", 2)[0])
                        .toAbsolutePath()
                        .toString()
                : uri.getRawAuthority() == null ? "" : "/" + uri.getRawAuthority() + uri.getPath();
        return meant.isEmpty() ? "" : SCHEME + "://" + meant + ", or ";
    }
}
