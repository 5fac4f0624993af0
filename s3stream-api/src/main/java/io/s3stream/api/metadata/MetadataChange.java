package io.s3stream.api.metadata;

import java.util.Map;

/**
 * A change of a stream in {@link io.s3stream.api.StreamStore#commit}. Names and tags have the limits of {@link
 * io.s3stream.api.CreateOptions}. The static methods make the changes.
 */
public sealed interface MetadataChange {

    /** The maximum number of changes in one commit. */
    int MAX_CHANGES = 1000;

    /** The maximum size of all names and tags in one commit, in bytes of UTF-8. */
    int MAX_BYTES = 4 << 20;

    /** Creates a stream, as {@link io.s3stream.api.StreamStore#createStream} does. */
    record Create(String name, Map<String, String> tags) implements MetadataChange {
        public Create {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Replaces the tags of a stream.
     *
     * @param expected the tags that the stream must have
     */
    record UpdateTags(long id, Map<String, String> expected, Map<String, String> tags) implements MetadataChange {
        public UpdateTags {
            expected = Map.copyOf(expected);
            tags = Map.copyOf(tags);
        }
    }

    /** Deletes a stream, as {@link io.s3stream.api.StreamStore#deleteStream} does. */
    record Delete(long id) implements MetadataChange {}

    /**
     * Gives a stream another name. Open handles keep the name that the stream had at their opening.
     *
     * @param expectedName the name that the stream must have; empty for none
     * @param newName empty for none
     */
    record Rename(long id, String expectedName, String newName) implements MetadataChange {}

    /** A new stream. If a stream of that name exists and has these tags, the change returns its id. */
    static MetadataChange create(String name, Map<String, String> tags) {
        return new Create(name, tags);
    }

    /** Other tags for a stream that has the tags {@code expected}. */
    static MetadataChange updateTags(long id, Map<String, String> expected, Map<String, String> tags) {
        return new UpdateTags(id, expected, tags);
    }

    /** The end of a stream that no other node has open. */
    static MetadataChange delete(long id) {
        return new Delete(id);
    }

    /** Another name for a stream that has the name {@code expectedName}. */
    static MetadataChange rename(long id, String expectedName, String newName) {
        return new Rename(id, expectedName, newName);
    }
}
