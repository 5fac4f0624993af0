package io.s3stream.wal.nfs;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * The names of a generation's files, in the directory of their node. They carry the WAL epoch, which is unique, and a
 * segment's number, which is never reused: no name ever means two things.
 *
 * <pre>
 * DIR/&lt;node&gt;/&lt;walEpoch&gt;.open             the opening record
 * DIR/&lt;node&gt;/&lt;walEpoch&gt;.fence            empty; longer once it is fenced
 * DIR/&lt;node&gt;/&lt;walEpoch&gt;-&lt;segment&gt;.wal    frames
 * </pre>
 *
 * Node in decimal; epoch and segment as 16 hexadecimal digits.
 */
record GenerationFiles(int nodeId, long walEpoch) {

    private static final String OPENING = ".open";
    private static final String SEGMENT = ".wal";
    private static final int DIGITS = 16;

    String nodeDirectory() {
        return Integer.toString(nodeId);
    }

    String opening() {
        return nodeId + "/" + hex(walEpoch) + OPENING;
    }

    String fence() {
        return nodeId + "/" + hex(walEpoch) + ".fence";
    }

    String segment(long number) {
        return nodeId + "/" + hex(walEpoch) + "-" + hex(number) + SEGMENT;
    }

    /** The segment that an entry of the node's directory is; empty if it is none of this generation. */
    OptionalLong segmentNumber(String entry) {
        String prefix = hex(walEpoch) + "-";
        return entry.length() == prefix.length() + DIGITS + SEGMENT.length()
                        && entry.startsWith(prefix)
                        && entry.endsWith(SEGMENT)
                ? parse(entry.substring(prefix.length(), prefix.length() + DIGITS))
                : OptionalLong.empty();
    }

    /** The WAL epoch whose opening record an entry of a node's directory is; empty if it is none. */
    static OptionalLong openedEpoch(String entry) {
        return entry.length() == DIGITS + OPENING.length() && entry.endsWith(OPENING)
                ? parse(entry.substring(0, DIGITS))
                : OptionalLong.empty();
    }

    private static OptionalLong parse(String hex) {
        try {
            return OptionalLong.of(Long.parseUnsignedLong(hex, 16));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static String hex(long value) {
        return String.format(Locale.ROOT, "%016x", value);
    }
}
