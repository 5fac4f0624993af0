package io.s3stream.wal.nfs;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * The names of a generation's files, in the directory of their node. The names of fence and segments contain the WAL
 * epoch and the generation's nonce; a segment's name also contains its number. The nonce is random, so these names are
 * unique: across stores, and across metadata of one store that were set back (R40). The name of the opening record
 * contains the WAL epoch alone, so that the second use of an epoch is detected.
 *
 * <pre>
 * DIR/&lt;node&gt;/&lt;walEpoch&gt;.open                     the opening record
 * DIR/&lt;node&gt;/&lt;walEpoch&gt;-&lt;nonce&gt;.fence            empty; longer once it is fenced
 * DIR/&lt;node&gt;/&lt;walEpoch&gt;-&lt;nonce&gt;-&lt;segment&gt;.wal    frames
 * </pre>
 *
 * <p>The node is in decimal; epoch, nonce and segment are 16 hexadecimal digits.
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

    /** Returns the name of a generation's opening record, which does not contain the nonce. */
    static String opening(int nodeId, long walEpoch) {
        return nodeId + "/" + hex(walEpoch) + OPENING;
    }

    /** Returns the number of the segment that a directory entry names; empty if it is not one of this generation. */
    OptionalLong segmentNumber(String entry) {
        String prefix = stem() + "-";
        return entry.length() == prefix.length() + DIGITS + SEGMENT.length()
                        && entry.startsWith(prefix)
                        && entry.endsWith(SEGMENT)
                ? parse(entry.substring(prefix.length(), prefix.length() + DIGITS))
                : OptionalLong.empty();
    }

    /** Returns the WAL epoch of the opening record that a directory entry names; empty if it names none. */
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
