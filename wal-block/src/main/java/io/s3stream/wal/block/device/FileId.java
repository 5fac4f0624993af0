package io.s3stream.wal.block.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * The identity of the file that a path leads to, after links.
 *
 * @param device the file system's number
 * @param rawDevice the number of the device that a block device's node represents; 0 for a file
 */
public record FileId(long device, long inode, long rawDevice, Kind kind) {

    public enum Kind {
        FILE,
        BLOCK_DEVICE,
        DIRECTORY,
        OTHER
    }

    private static final int FORMAT_MASK = 0170000;
    private static final int BLOCK_FORMAT = 0060000;
    private static final int FILE_FORMAT = 0100000;
    private static final int DIRECTORY_FORMAT = 0040000;

    /**
     * Returns an id that is equal for all names of a medium. Links and bind mounts lead to one inode, and several
     * device nodes can represent one block device.
     */
    public FileId medium() {
        return kind == Kind.BLOCK_DEVICE ? new FileId(0, 0, rawDevice, kind) : this;
    }

    static FileId of(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,dev,ino,rdev");
        Kind kind = switch ((int) number(attributes, "mode") & FORMAT_MASK) {
            case FILE_FORMAT -> Kind.FILE;
            case BLOCK_FORMAT -> Kind.BLOCK_DEVICE;
            case DIRECTORY_FORMAT -> Kind.DIRECTORY;
            default -> Kind.OTHER;
        };
        return new FileId(
                number(attributes, "dev"),
                number(attributes, "ino"),
                kind == Kind.BLOCK_DEVICE ? number(attributes, "rdev") : 0,
                kind);
    }

    private static long number(Map<String, Object> attributes, String name) {
        return ((Number) Objects.requireNonNull(attributes.get(name), name)).longValue();
    }
}
