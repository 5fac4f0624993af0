package io.s3stream.testkit.wal;

import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.StorageOpener;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalProvider;
import java.net.URI;
import org.junit.jupiter.api.Assumptions;

/**
 * A kind of WAL as {@link WalContract} sees it. One fixture serves one test.
 *
 * <p>What a fixture need not be able to do has a default that skips the test that asks for it, with the reason.
 */
public interface WalFixture extends AutoCloseable {

    /**
     * The largest frame that the suite asks for, bytes.
     */
    int MAX_FRAME_BYTES = 64 << 10;

    WalFencing fencing();

    /** The provider of a new process. Called once for each. */
    WalProvider provider();

    /**
     * Names a medium that nobody has used and that {@code attach(CREATE)} can make, with at least 900 KiB of capacity; tests of
     * a full WAL are quick with 1 MiB, and skipped above 64 MiB.
     */
    URI freshUri() throws Exception;

    /**
     * The store's object storage for the process that {@link #provider()} was just called for, with the same content for
     * all of them; closed by the fixture. By default one that fails.
     */
    default ObjectStorage storage() {
        return new NoObjectStorage();
    }

    /** What opens other storages; by default nothing does. */
    default StorageOpener storages() {
        return NoObjectStorage.OPENER;
    }

    // ---- what a fixture may be able to do ----

    /**
     * From now on every write to the medium fails, or no longer. A write that fails may have had any effect. Reads go on.
     */
    default void failWrites(boolean fail) {
        skip("its writes cannot be made to fail");
    }

    /** From now on every write to the medium takes effect and then fails all the same: its response is lost; or no longer. */
    default void loseResponses(boolean lose) {
        skip("its responses cannot be lost");
    }

    /**
     * From now on the writes of all processes there are now wait, before they have any effect; those of processes begun
     * later do not. With false, all that wait go on and no other waits.
     */
    default void holdWrites(boolean hold) {
        skip("its writes cannot be held");
    }

    /** How many writes wait; answers only after {@link #holdWrites}. */
    default int heldWrites() {
        return skip("its writes cannot be held");
    }

    /**
     * Puts bytes on the medium where the frame after {@code last} would stand. Called while nobody has it attached.
     *
     * @param garbage a multiple of the alignment long; no frame of this generation
     */
    default void putGarbage(WalDescriptor descriptor, WalAnchor last, byte[] garbage) throws Exception {
        skip("nothing can be put on the medium behind its back");
    }

    /**
     * Flips a bit of a frame on the medium. Called while nobody has it attached.
     *
     * @param at which of the frame's bytes
     */
    default void damage(WalDescriptor descriptor, WalFrames.Written frame, int at) throws Exception {
        skip("its frames cannot be damaged");
    }

    /** Takes the medium away, like an unmounted directory or a wrong bucket. Called while nobody has it attached. */
    default void takeAway(URI uri) throws Exception {
        skip("the medium cannot be taken away");
    }

    /**
     * How many objects, files or bytes hold frames of this generation: zero after its release, however large it was.
     * Markers that fence do not count, since they stay.
     */
    default long framesKept(WalDescriptor descriptor) throws Exception {
        return skip("its space is reused in place");
    }

    /** Ends the present test as skipped. */
    @SuppressWarnings("TypeParameterUnusedInFormals") // never returns
    static <T> T skip(String reason) {
        return Assumptions.abort("skipped by this WAL's fixture: " + reason);
    }

    /** After the test, when every medium is closed. */
    @Override
    default void close() throws Exception {}
}
