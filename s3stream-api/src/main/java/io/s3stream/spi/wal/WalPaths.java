package io.s3stream.spi.wal;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which recorded paths a store may follow, for WALs that are paths of a machine. Stateless; does no I/O. */
public final class WalPaths {

    /** In these directories the neighbours of a configured path may be unrelated. */
    private static final Set<Path> SYSTEM = Set.of(Path.of("/dev"), Path.of("/proc"), Path.of("/sys"), Path.of("/run"));

    private WalPaths() {}

    /** Whether a recorded path is in the same directory as a configured path. */
    public static boolean isBeside(URI recorded, List<URI> known) {
        Path directory = directory(recorded);
        return directory != null
                && SYSTEM.stream().noneMatch(directory::startsWith)
                && known.stream().anyMatch(uri -> directory.equals(directory(uri)));
    }

    /** Returns null for a URI that is no path of this machine, or that is directly below its root. */
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
