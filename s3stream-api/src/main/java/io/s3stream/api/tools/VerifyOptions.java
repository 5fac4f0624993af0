package io.s3stream.api.tools;

import io.s3stream.api.errors.InvalidRequestException;
import java.util.function.Consumer;

/**
 * How to verify a store.
 *
 * @param deep whether to read all data, not only the indexes
 * @param parallel objects checked at a time, 1 to 256
 * @param memoryBytes data held at a time, at least 1 MiB; a single larger block is held alone
 * @param progress called now and then, on a thread of the tool: in bytes if {@code deep}, otherwise in objects
 */
public record VerifyOptions(boolean deep, int parallel, long memoryBytes, Consumer<Progress> progress) {

    private static final int PARALLEL = 12;
    private static final long MEMORY_BYTES = 64 << 20;

    public VerifyOptions {
        if (parallel < 1 || parallel > 256) {
            throw new InvalidRequestException("parallel=" + parallel + ": must be from 1 to 256");
        }
        if (memoryBytes < 1 << 20) {
            throw new InvalidRequestException("memoryBytes=" + memoryBytes + ": must be at least 1 MiB");
        }
    }

    /** Metadata, objects and indexes: one request an object. */
    public static VerifyOptions indexes() {
        return new VerifyOptions(false, PARALLEL, MEMORY_BYTES, progress -> {});
    }

    /** Metadata, objects, indexes and every record: reads every byte. */
    public static VerifyOptions everything() {
        return new VerifyOptions(true, PARALLEL, MEMORY_BYTES, progress -> {});
    }

    public VerifyOptions withProgress(Consumer<Progress> listener) {
        return new VerifyOptions(deep, parallel, memoryBytes, listener);
    }
}
