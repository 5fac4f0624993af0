package io.s3stream.api.tools;

import io.s3stream.spi.metadata.RegisterSource;
import io.s3stream.spi.storage.ObjectStorage;
import java.net.URI;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The target of rebuilt metadata.
 *
 * @param intoUri the place of the new store; null for {@code intoStorage}
 * @param intoStorage the same as an object storage of the caller's, who closes it
 * @param intoRegister the place of the new store's head; null: its object storage. If the new store is at the place of
 *     the objects, null means the register of the store
 * @param progress called now and then, on a thread of the tool
 * @param acceptedLoss the {@linkplain RebuildReport#loss() loss} of an earlier report, {@link #ANY_LOSS}, or empty:
 *     none
 */
public record RebuildOptions(
        @Nullable URI intoUri,
        @Nullable ObjectStorage intoStorage,
        @Nullable RegisterSource intoRegister,
        Consumer<Progress> progress,
        String acceptedLoss) {

    /** Accepts any loss, also a loss that no earlier report has listed. */
    public static final String ANY_LOSS = "any";

    /** Reports the rebuild without a write. */
    public static RebuildOptions dryRun() {
        return new RebuildOptions(null, null, null, progress -> {}, "");
    }

    /**
     * Writes a new store there. At the place of the objects it writes metadata only, and only if there are none;
     * elsewhere it copies the objects that the new store needs.
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
     * Writes the new store although data is unreadable, missing or doubtful. Otherwise the rebuild fails with {@link
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
