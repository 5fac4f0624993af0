package io.s3stream.core.register;

import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.metadata.RegisterSource;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Opens the register of a store. */
public final class Registers {

    private Registers() {}

    /**
     * Returns the register of the store in {@code storage}. Does no I/O. A wrong register fails when it is read, with
     * an {@link io.s3stream.api.errors.InvalidRequestException}.
     *
     * @param source null: an object of the storage
     * @param storage owned by the caller; it must stay open as long as the register
     */
    public static MetadataRegister open(
            @Nullable RegisterSource source, ObjectStorage storage, EngineRuntime runtime, RegisterUse use) {
        if (source == null) {
            return new HeadObject(storage, use);
        }
        return new BoundRegister(
                new CheckedRegister(source.open(runtime)),
                new StoreBucket(storage),
                use,
                () -> new UUID(runtime.randomLong(), runtime.randomLong()));
    }
}
