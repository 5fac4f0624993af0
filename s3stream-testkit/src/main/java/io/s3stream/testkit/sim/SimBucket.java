package io.s3stream.testkit.sim;

import io.s3stream.spi.storage.PendingMultipart;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The objects themselves; outlives every node. What is done to it is atomic. */
public final class SimBucket {

    /** An object of some version. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Stored(byte[] bytes, String version) {}

    private final TreeMap<String, Stored> objects = new TreeMap<>();
    private final List<PendingMultipart> multiparts = new ArrayList<>();
    private final List<Stored> remembered = new ArrayList<>();
    private String watched = "";
    private long versions;

    /** Keeps every value that a key has from now on. */
    public void remember(String key) {
        watched = key;
    }

    /** The values that the remembered key has had, oldest first. */
    public List<Stored> remembered() {
        return remembered;
    }

    /** Puts the remembered key back to a value that it had, like a restored backup; answers it with its new version. */
    public Stored setBack(Stored earlier) {
        Stored restored = new Stored(earlier.bytes(), "v" + ++versions);
        objects.put(watched, restored);
        return restored;
    }

    /** Has an upload in parts begin; until it is completed or aborted it is there. */
    public PendingMultipart beginMultipart(String key) {
        PendingMultipart upload = new PendingMultipart(key, "upload-" + ++versions);
        multiparts.add(upload);
        return upload;
    }

    boolean hasMultipart(PendingMultipart upload) {
        return multiparts.contains(upload);
    }

    /** The uploads in parts of keys with a prefix. */
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

    /** Writes if the present version is {@code expected}; answers the new version or null. */
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

    /** Keys with a prefix, after another key. */
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

    /** What must be there for a put to take effect. */
    interface Expectation {
        boolean holds(@Nullable String presentVersion);
    }
}
