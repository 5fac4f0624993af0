package io.s3stream.api.tools;

import io.s3stream.spi.metadata.RegisterSource;
import io.s3stream.spi.storage.ObjectStorage;
import java.net.URI;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to do with metadata that was rebuilt from objects.
 *
 * @param intoUri where the new store is to be; null for {@code intoStorage}
 * @param intoStorage the same as an object storage of the caller's, who closes it
 * @param intoRegister where the new store's head is to be; null: in its object storage. If the new store is where the
 *     objects are, the register of the store is meant, unless this names another
 * @param progress told now and then, on a thread of the tool
 */
public record RebuildOptions(
        @Nullable URI intoUri,
        @Nullable ObjectStorage intoStorage,
        @Nullable RegisterSource intoRegister,
        Consumer<Progress> progress) {

    /** Says what could be rebuilt, and writes nothing. */
    public static RebuildOptions dryRun() {
        return new RebuildOptions(null, null, null, progress -> {});
    }

    /**
     * Writes a new store there. If that is where the objects are, only metadata is written, and only if there is none;
     * otherwise the objects it needs are copied.
     */
    public static RebuildOptions into(URI uri) {
        return new RebuildOptions(uri, null, null, progress -> {});
    }

    /** As {@link #into(URI)}. */
    public static RebuildOptions into(ObjectStorage storage) {
        return new RebuildOptions(null, storage, null, progress -> {});
    }

    public RebuildOptions withProgress(Consumer<Progress> listener) {
        return new RebuildOptions(intoUri, intoStorage, intoRegister, listener);
    }

    public RebuildOptions withRegister(RegisterSource register) {
        return new RebuildOptions(intoUri, intoStorage, register, progress);
    }

    public boolean isDryRun() {
        return intoUri == null && intoStorage == null;
    }
}
