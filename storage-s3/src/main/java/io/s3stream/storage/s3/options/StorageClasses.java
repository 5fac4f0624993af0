package io.s3stream.storage.s3.options;

import org.jspecify.annotations.Nullable;

/**
 * The storage classes of new objects, by the first part of their keys. Null: the request has no header, and S3 uses
 * {@code STANDARD}.
 *
 * @param data of keys that begin with {@code data/}
 * @param meta of keys that begin with {@code meta/}
 * @param wal of keys that begin with {@code wal/}
 */
public record StorageClasses(
        @Nullable String data,
        @Nullable String meta,
        @Nullable String wal) {

    static final StorageClasses NONE = new StorageClasses(null, null, null);

    /** @param key relative to the prefix of the storage */
    public @Nullable String of(String key) {
        if (key.startsWith("data/")) {
            return data;
        }
        if (key.startsWith("meta/")) {
            return meta;
        }
        return key.startsWith("wal/") ? wal : null;
    }

    boolean isEmpty() {
        return equals(NONE);
    }
}
