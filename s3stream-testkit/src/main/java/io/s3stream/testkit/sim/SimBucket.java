package io.s3stream.testkit.sim;

import io.s3stream.spi.storage.PendingMultipart;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The objects of the simulated bucket. It outlives every node, and every change of it is atomic. */
public final class SimBucket {

    /** An object with its version. */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    public record Stored(byte[] bytes, String version) {}

    private final TreeMap<String, Stored> objects = new TreeMap<>();
    private final List<PendingMultipart> multiparts = new ArrayList<>();
    private final List<Stored> remembered = new ArrayList<>();
    private String watched = "";
    private long versions;

    /** Begins to record every value of a key. */
    public void remember(String key) {
        watched = key;
    }

    /** Returns the recorded values of the key, oldest first. */
    public List<Stored> remembered() {
        return remembered;
    }

    /** Sets the recorded key back to an earlier value, like a restored backup. Returns it with its new version. */
    public Stored setBack(Stored earlier) {
        Stored restored = new Stored(earlier.bytes(), "v" + ++versions);
        objects.put(watched, restored);
        return restored;
    }

    /** Begins a multipart upload, which exists until it is completed or aborted. */
    public PendingMultipart beginMultipart(String key) {
        PendingMultipart upload = new PendingMultipart(key, "upload-" + ++versions);
        multiparts.add(upload);
        return upload;
    }

    boolean hasMultipart(PendingMultipart upload) {
        return multiparts.contains(upload);
    }

    /** Returns the multipart uploads of keys with a prefix. */
    public List<PendingMultipart> multiparts(String prefix) {
        return multiparts.stream()
                .filter(upload -> upload.key().startsWith(prefix))
                .toList();
    }

    void abortMultipart(PendingMultipart upload) {
        multiparts.remove(upload);
    }

    @Nullable
    public Stored get(String key) {
        return objects.get(key);
    }

    /** Writes an object if the present version is {@code expected}. Returns the new version, or null. */
    @Nullable
    String put(String key, byte[] bytes, Expectation expected) {
        Stored present = objects.get(key);
        if (!expected.holds(present == null ? null : present.version())) {
            return null;
        }
        String version = "v" + ++versions;
        Stored stored = new Stored(bytes, version);
        objects.put(key, stored);
        if (key.equals(watched)) {
            remembered.add(stored);
        }
        return version;
    }

    void delete(String key) {
        objects.remove(key);
    }

    /** Returns the keys with a prefix that are after a key. */
    public List<String> keys(String prefix, String after) {
        List<String> found = new ArrayList<>();
        for (String key : objects.tailMap(prefix.compareTo(after) > 0 ? prefix : after, true)
                .keySet()) {
            if (key.startsWith(prefix) && key.compareTo(after) > 0) {
                found.add(key);
            }
        }
        return found;
    }

    /** The condition for a PUT to take effect. */
    interface Expectation {
        boolean holds(@Nullable String presentVersion);
    }
}
