package io.s3stream.testkit.wal;

import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.StorageOpener;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalProvider;
import java.net.URI;
import org.junit.jupiter.api.Assumptions;

/**
 * A kind of WAL, as {@link WalContract} sees it. Each test has its own fixture.
 *
 * <p>Optional methods have a default that skips the calling test, with the reason.
 */
public interface WalFixture extends AutoCloseable {

    /** The maximum frame size of the suite, in bytes. */
    int MAX_FRAME_BYTES = 64 << 10;

    WalFencing fencing();

    /** Returns the provider of a new process. Called once for each process. */
    WalProvider provider();

    /**
     * Returns the URI of an unused medium that {@code attach(CREATE)} can create, with at least 900 KiB of capacity.
     * Tests of a full WAL are fast with 1 MiB, and skipped above 64 MiB.
     */
    URI freshUri() throws Exception;

    /**
     * Returns the store's object storage for the process of the last {@link #provider()} call. All processes see the
     * same content. The fixture closes it. By default all its calls fail.
     */
    default ObjectStorage storage() {
        return new NoObjectStorage();
    }

    /** Returns the opener of other storages. By default it fails. */
    default StorageOpener storages() {
        return NoObjectStorage.OPENER;
    }

    // ---- optional methods ----

    /**
     * Makes every write to the medium fail, or ends that. A failed write may have any effect. Reads still succeed.
     */
    default void failWrites(boolean fail) {
        skip("its writes cannot be made to fail");
    }

    /** Makes every write to the medium take effect and lose its response, or ends that. */
    default void loseResponses(boolean lose) {
        skip("its responses cannot be lost");
    }

    /**
     * Holds the writes of all present processes before they take effect. Writes of later processes are not held. With
     * false, releases all held writes and holds no further ones.
     */
    default void holdWrites(boolean hold) {
        skip("its writes cannot be held");
    }

    /** Returns the number of held writes. Called only after {@link #holdWrites}. */
    default int heldWrites() {
        return skip("its writes cannot be held");
    }

    /**
     * Writes bytes to the medium at the place of the frame after {@code last}. Called while no process has it attached.
     *
     * @param garbage not a frame of this generation; its length is a multiple of the alignment
     */
    default void putGarbage(WalDescriptor descriptor, WalAnchor last, byte[] garbage) throws Exception {
        skip("its medium cannot be written to from outside");
    }

    /**
     * Flips a bit of a frame on the medium. Called while no process has it attached.
     *
     * @param at the index of the byte in the frame
     */
    default void damage(WalDescriptor descriptor, WalFrames.Written frame, int at) throws Exception {
        skip("its frames cannot be damaged");
    }

    /** Hides the medium, like an unmounted directory or a wrong bucket. Called while no process has it attached. */
    default void takeAway(URI uri) throws Exception {
        skip("its medium cannot be hidden");
    }

    /**
     * Returns the number of objects, files or bytes that hold frames of this generation. It must be zero after the
     * release. Fence markers do not count, because they stay.
     */
    default long framesKept(WalDescriptor descriptor) throws Exception {
        return skip("its space is reused in place");
    }

    /** Ends the present test as skipped. */
    @SuppressWarnings("TypeParameterUnusedInFormals") // never returns
    static <T> T skip(String reason) {
        return Assumptions.abort("skipped by this WAL's fixture: " + reason);
    }

    /** Closes the fixture after the test, when every medium is closed. */
    @Override
    default void close() throws Exception {}
}
