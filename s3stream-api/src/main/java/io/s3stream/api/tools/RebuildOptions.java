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
 * @param acceptedLoss the {@linkplain RebuildReport#loss() loss} of an earlier report, {@link #ANY_LOSS}, or empty: none
 */
public record RebuildOptions(
        @Nullable URI intoUri,
        @Nullable ObjectStorage intoStorage,
        @Nullable RegisterSource intoRegister,
        Consumer<Progress> progress,
        String acceptedLoss) {

    /** Accepts whatever is found, also what no earlier report has listed. */
    public static final String ANY_LOSS = "any";

    /** Says what could be rebuilt, and writes nothing. */
    public static RebuildOptions dryRun() {
        return new RebuildOptions(null, null, null, progress -> {}, "");
    }

    /**
     * Writes a new store there. If that is where the objects are, only metadata is written, and only if there is none;
     * otherwise the objects it needs are copied.
     */
    public static RebuildOptions into(URI uri) {
        return new RebuildOptions(uri, null, null, progress -> {}, "");
    }

    /** As {@link #into(URI)}. */
    public static RebuildOptions into(ObjectStorage storage) {
        return new RebuildOptions(null, storage, null, progress -> {}, "");
    }

    public RebuildOptions withProgress(Consumer<Progress> listener) {
        return new RebuildOptions(intoUri, intoStorage, intoRegister, listener, acceptedLoss);
    }

    public RebuildOptions withRegister(RegisterSource register) {
        return new RebuildOptions(intoUri, intoStorage, register, progress, acceptedLoss);
    }

    /**
     * Writes the new store although something is unreadable, missing or doubtful. Without it the rebuild fails with {@link
     * RebuildRefusedException} in that case.
     *
     * @param loss the {@link RebuildReport#loss()} of the report that listed it; any other loss is refused. Or {@link
     *     #ANY_LOSS}
     */
    public RebuildOptions acceptLoss(String loss) {
        return new RebuildOptions(intoUri, intoStorage, intoRegister, progress, loss);
    }

    public boolean isDryRun() {
        return intoUri == null && intoStorage == null;
    }
}
