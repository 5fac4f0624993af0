package io.s3stream.spi.wal;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which paths that the metadata recorded may be followed, for WALs that are paths of a machine. Stateless; does no I/O. */
public final class WalPaths {

    /** What stands beside a configured path there may be anything. */
    private static final Set<Path> SYSTEM = Set.of(Path.of("/dev"), Path.of("/proc"), Path.of("/sys"), Path.of("/run"));

    private WalPaths() {}

    /** Whether a recorded path stands in the same directory as one of the configuration, beside it. */
    public static boolean isBeside(URI recorded, List<URI> known) {
        Path directory = directory(recorded);
        return directory != null
                && SYSTEM.stream().noneMatch(directory::startsWith)
                && known.stream().anyMatch(uri -> directory.equals(directory(uri)));
    }

    /** Null for what is not a path of this machine, or stands directly below its root. */
    private static @Nullable Path directory(URI uri) {
        String text = uri.getPath();
        if (text == null || uri.getRawAuthority() != null) {
            return null;
        }
        try {
            Path directory = Path.of(text).normalize().getParent();
            return directory == null || directory.getNameCount() == 0 ? null : directory;
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
