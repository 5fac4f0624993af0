package io.s3stream.wal.nfs;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * The names of a generation's files, in the directory of their node. Those of fence and segments carry the WAL epoch, the
 * generation's nonce and a segment's number. The nonce is random, so these names are unique across stores, and across lives of
 * one store whose metadata was set back (R40): no name ever means two things. The opening record is named by the WAL epoch
 * alone, so that an epoch which is used twice is noticed.
 *
 * <pre>
 * DIR/&lt;node&gt;/&lt;walEpoch&gt;.open                     the opening record
 * DIR/&lt;node&gt;/&lt;walEpoch&gt;-&lt;nonce&gt;.fence            empty; longer once it is fenced
 * DIR/&lt;node&gt;/&lt;walEpoch&gt;-&lt;nonce&gt;-&lt;segment&gt;.wal    frames
 * </pre>
 *
 * Node in decimal; epoch, nonce and segment as 16 hexadecimal digits.
 */
record GenerationFiles(int nodeId, long walEpoch, long nonce) {

    private static final String OPENING = ".open";
    private static final String SEGMENT = ".wal";
    private static final int DIGITS = 16;

    String nodeDirectory() {
        return Integer.toString(nodeId);
    }

    String opening() {
        return opening(nodeId, walEpoch);
    }

    String fence() {
        return nodeId + "/" + stem() + ".fence";
    }

    String segment(long number) {
        return nodeId + "/" + stem() + "-" + hex(number) + SEGMENT;
    }

    private String stem() {
        return hex(walEpoch) + "-" + hex(nonce);
    }

    /** The opening record of a generation whose nonce is not known yet. */
    static String opening(int nodeId, long walEpoch) {
        return nodeId + "/" + hex(walEpoch) + OPENING;
    }

    /** The segment that an entry of the node's directory is; empty if it is none of this generation. */
    OptionalLong segmentNumber(String entry) {
        String prefix = stem() + "-";
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
