package io.s3stream.api;

import java.util.Map;

/**
 * The name and tags of a new stream. {@link StreamStore#createStream} fails with an {@link
 * io.s3stream.api.errors.InvalidRequestException} for options beyond a limit.
 *
 * @param name unique within the store, or empty for none; at most {@value #MAX_NAME_BYTES} bytes of UTF-8, without
 *     control characters and unpaired surrogates
 * @param tags small facts about the stream, set in the commit that creates it; at most {@value #MAX_TAG_BYTES} bytes of
 *     UTF-8 in all keys and values together, without unpaired surrogates
 */
public record CreateOptions(String name, Map<String, String> tags) {

    /** The maximum length of a name, in bytes of UTF-8. */
    public static final int MAX_NAME_BYTES = 1 << 10;

    /** The maximum length of all keys and values of the tags together, in bytes of UTF-8. */
    public static final int MAX_TAG_BYTES = 16 << 10;

    public CreateOptions {
        tags = Map.copyOf(tags);
    }

    public static CreateOptions named(String name) {
        return new CreateOptions(name, Map.of());
    }

    public static CreateOptions unnamed() {
        return named("");
    }
}
