package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes and parses the keys of data objects: {@code data/<2 hash hex>/<nodeId>-<nodeEpoch>-<counter>}. Keys are unique:
 * a node epoch belongs to one process, and that process never repeats a counter. So the key alone tells whether an
 * object that the metadata do not name is an orphan.
 */
public final class ObjectKeys {

    public static final String DATA_PREFIX = "data/";

    private static final Pattern DATA_KEY = Pattern.compile("data/([0-9a-f]{2})/(\\d{1,10})-(\\d{1,19})-(\\d{1,19})");

    /** The parts of a data key. */
    public record DataKey(int nodeId, long nodeEpoch, long counter) {}

    private ObjectKeys() {}

    /** Returns the key of a node's data object. All three parts must be 0 or greater. */
    public static String data(int nodeId, long nodeEpoch, long counter) {
        if (nodeId < 0 || nodeEpoch < 0 || counter < 0) {
            throw new StreamException(
                    Kind.INTERNAL, "no object key for node=" + nodeId + " epoch=" + nodeEpoch + " counter=" + counter);
        }
        long hash = (nodeId * 0x9E3779B97F4A7C15L + nodeEpoch) * 0x9E3779B97F4A7C15L + counter;
        hash = (hash ^ (hash >>> 29)) * 0xBF58476D1CE4E5B9L;
        int prefix = (int) (hash >>> 56);
        return "data/" + Character.forDigit(prefix >>> 4, 16) + Character.forDigit(prefix & 15, 16) + "/" + nodeId + "-"
                + nodeEpoch + "-" + counter;
    }

    /** Parses a key, and checks that {@link #data} makes the same key of its parts. */
    public static DataKey parse(String key) {
        Matcher matcher = DATA_KEY.matcher(key);
        try {
            if (matcher.matches()) {
                DataKey parsed = new DataKey(
                        Integer.parseInt(matcher.group(2)),
                        Long.parseLong(matcher.group(3)),
                        Long.parseLong(matcher.group(4)));
                if (data(parsed.nodeId(), parsed.nodeEpoch(), parsed.counter()).equals(key)) {
                    return parsed;
                }
            }
        } catch (NumberFormatException e) {
            throw new CorruptedDataException("object=" + key + ": a number in the key is out of range", e);
        }
        throw new CorruptedDataException("object=" + key + ": not the key of a data object");
    }
}
