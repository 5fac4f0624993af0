package io.s3stream.spi.metadata;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A linearizable register that holds one small value (up to some 100 KiB). This is all the coordination the library
 * needs. The value, once there, is only ever overwritten, never removed.
 *
 * <p>A failed future of {@link #compareAndSet} means <em>unknown</em>: the value may have been set, or be set later by a
 * request still under way. The caller reads again and recognises its own value by what is written in it.
 */
public interface MetadataRegister extends AutoCloseable {

    /** The value, or nothing when it was never set. */
    CompletableFuture<Optional<Versioned>> read();

    /**
     * The value if its version is not {@code version}; nothing when it still is. Fails with {@link
     * io.s3stream.api.errors.CorruptedDataException} when there is no value any more.
     */
    CompletableFuture<Optional<Versioned>> readIfChanged(String version);

    /**
     * Sets the value if the present version is {@code expectedVersion} (empty: if there is none).
     *
     * @return the new version, or nothing when the register was at another version
     */
    CompletableFuture<Optional<String>> compareAndSet(Optional<String> expectedVersion, byte[] value);

    /** What is under way may still complete, or fail. */
    @Override
    void close();

    /** A value and the opaque version that a compare-and-set names. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Versioned(String version, byte[] value) {}
}
