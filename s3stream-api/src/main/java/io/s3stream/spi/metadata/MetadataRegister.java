package io.s3stream.spi.metadata;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A linearizable register that holds one small value (up to some 100 KiB). The library needs no other coordination. The
 * value, once set, is only ever overwritten, never removed.
 *
 * <p>A failed future of {@link #compareAndSet} means <em>unknown</em>: the value may have been set, or a request in
 * flight may set it later. The caller reads again and recognises its own value by its content.
 *
 * <p><b>Deadline.</b> Every future completes within 10 seconds. The engine counts a later answer as a failure with
 * unknown outcome, ignores it, and asks again; each timeout doubles the time for the next attempt, up to 320 seconds.
 * After some seconds without success the listener receives {@link io.s3stream.api.StoreListener#unreachable}. Commits
 * retry without end; an opening and a refresh fail after 60 seconds.
 */
public interface MetadataRegister extends AutoCloseable {

    /** Reads the value; nothing if it was never set. Deadline: that of the register. */
    CompletableFuture<Optional<Versioned>> read();

    /**
     * Reads the value if its version is not {@code version}; nothing if it still is. Fails with {@link
     * io.s3stream.api.errors.CorruptedDataException} if the value was removed. Deadline: that of the register.
     */
    CompletableFuture<Optional<Versioned>> readIfChanged(String version);

    /**
     * Sets the value if the present version is {@code expectedVersion} (empty: if there is none). Deadline: that of the
     * register.
     *
     * @return the new version, or nothing if the register was at another version
     */
    CompletableFuture<Optional<String>> compareAndSet(Optional<String> expectedVersion, byte[] value);

    /** Closes the register. Requests in flight may still complete, or fail. */
    @Override
    void close();

    /** A value and the opaque version that a compare-and-set names. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Versioned(String version, byte[] value) {}
}
