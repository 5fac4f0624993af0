package io.s3stream.api;

import java.util.Map;

/**
 * What a stream is created with.
 *
 * @param name unique within the store, or empty for none
 * @param tags small facts kept with the stream, set in the same commit that creates it
 */
public record CreateOptions(String name, Map<String, String> tags) {

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
