package io.s3stream.wal.s3.fence;

import io.s3stream.spi.storage.ObjectSummary;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one generation: {@code wal/<node>/<walEpoch>/<sequence>} for frames and fence markers, {@code …/opening}
 * for the opening object. The sequence has 20 digits, so that the order of keys is the order of sequences.
 */
public record WalKeys(int nodeId, long walEpoch) {

    public static final String ROOT = "wal/";

    private static final int DIGITS = 20;

    public static String node(int nodeId) {
        return ROOT + nodeId + "/";
    }

    public String prefix() {
        return node(nodeId) + walEpoch + "/";
    }

    public String opening() {
        return prefix() + "opening";
    }

    /** Returns the key of a frame, or of the marker in its place. */
    public String of(long sequence) {
        return prefix() + digits(sequence);
    }

    /** Returns the key after which a listing shows {@code sequence} and all later ones. */
    public String before(long sequence) {
        return sequence == 0 ? prefix() : of(sequence - 1);
    }

    private static String digits(long sequence) {
        String number = Long.toString(sequence);
        return "0".repeat(DIGITS - number.length()) + number;
    }

    /** Returns the sequence at the end of a key, or -1 if there is none. */
    public static long sequence(String key) {
        int from = key.length() - DIGITS;
        if (from < 1 || key.charAt(from - 1) != '/') {
            return -1;
        }
        return number(key, from, key.length());
    }

    /** Returns the generation of a key, or null if it is not a key of a WAL. */
    public static @Nullable WalKeys parse(String key) {
        int afterNode = key.indexOf('/', ROOT.length());
        int afterEpoch = afterNode < 0 ? -1 : key.indexOf('/', afterNode + 1);
        if (!key.startsWith(ROOT) || afterEpoch < 0) {
            return null;
        }
        long node = number(key, ROOT.length(), afterNode);
        long epoch = number(key, afterNode + 1, afterEpoch);
        return node < 0 || node > Integer.MAX_VALUE || epoch < 0 ? null : new WalKeys((int) node, epoch);
    }

    private static long number(String text, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9' || value > (Long.MAX_VALUE - 9) / 10) {
                return -1;
            }
            value = value * 10 + digit - '0';
        }
        return from == to ? -1 : value;
    }

    /** Returns whether a listed object is a fence marker, by its size. No frame is that small. */
    public static boolean looksLikeMarker(ObjectSummary object) {
        return object.size() == FenceMarker.BYTES;
    }
}
