package io.s3stream.wal.block.device;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks in {@code /proc/self/fd} whether a file that this process has open still has a name. It opens no descriptor,
 * because closing that would drop the lock. Caches the file's descriptor; thread-safe.
 */
final class OwnLinks {

    private static final Logger log = LoggerFactory.getLogger(OwnLinks.class);

    private final Path descriptors;
    private volatile @Nullable Path known;

    OwnLinks() {
        this(Path.of("/proc/self/fd"));
    }

    /** @param descriptors the directory of descriptors; replaceable by tests */
    OwnLinks(Path descriptors) {
        this.descriptors = descriptors;
    }

    /** Returns whether the file has a name; false if that is unknown. */
    boolean hasName(FileId id) {
        Path descriptor = known;
        if (descriptor == null || !leadsTo(descriptor, id)) {
            descriptor = find(id);
            known = descriptor;
        }
        try {
            return descriptor != null && ((Number) Files.getAttribute(descriptor, "unix:nlink")).longValue() > 0;
        } catch (IOException e) {
            log.debug("{} cannot be checked: {}", descriptor, e.toString());
            return false;
        }
    }

    private @Nullable Path find(FileId id) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : all) {
                if (leadsTo(descriptor, id)) {
                    return descriptor;
                }
            }
        } catch (IOException e) {
            log.debug("{} cannot be listed: {}", descriptors, e.toString());
        }
        return null;
    }

    private static boolean leadsTo(Path descriptor, FileId id) {
        try {
            return FileId.of(descriptor).equals(id);
        } catch (IOException e) {
            return false; // closed since the listing
        }
    }
}
