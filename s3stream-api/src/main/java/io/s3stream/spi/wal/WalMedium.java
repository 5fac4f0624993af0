package io.s3stream.spi.wal;

import java.util.concurrent.CompletableFuture;

/**
 * A medium that holds generations of frames. An exclusive medium stays locked from attach to {@link #close()}, which
 * comes after the close of any writer. Not thread-safe: the engine calls one method at a time.
 */
public interface WalMedium extends AutoCloseable {

    /** Whether other processes are refused it as long as it is attached. */
    boolean isExclusive();

    /** Tells media apart whatever they are called; equal for one medium under two names. Empty where that is not known. */
    default String identity() {
        return "";
    }

    /** Whether the generation was prepared on this very medium, whatever its URI was then. */
    default boolean holds(WalDescriptor descriptor) {
        return false;
    }

    /** The largest frame that a generation prepared now would take. */
    CompletableFuture<Integer> maxFrameBytes();

    /**
     * Makes room for a new generation and durably writes its opening record {store, node, walEpoch, nonce}. Everything
     * an unreleased generation needs stays readable.
     *
     * @param walEpoch unique per open
     */
    CompletableFuture<WalDescriptor> prepare(long walEpoch);

    /** The writer of a prepared generation, called after its descriptor is in the metadata. */
    WriteAheadLog create(WalDescriptor descriptor, long firstSequence);

    /**
     * Makes sure that no older opener's append completes any more, and that what did complete is on the medium and not
     * only in a cache.
     *
     * @param from the first sequence that may not yet be committed
     */
    CompletableFuture<Void> fence(WalDescriptor descriptor, long from);

    /**
     * The frames after {@code after}, in order. Does not fence, so it also serves inspection.
     *
     * @return fails with {@link io.s3stream.api.errors.StorageException} when the opening record is not there
     */
    CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after);

    /** All of the generation is committed, or it is empty: its space may be used again. */
    CompletableFuture<Void> release(WalDescriptor descriptor);

    @Override
    void close();
}
