package io.s3stream.spi.wal;

import java.util.concurrent.CompletableFuture;

/**
 * A medium that holds generations of frames. An exclusive medium stays locked from attach to {@link #close()}, which
 * comes after the close of any writer. Not thread-safe: the engine calls one method at a time.
 *
 * <p><b>Deadline.</b> Every future completes within {@link io.s3stream.api.StoreConfig#walTimeout()}, 10 seconds by
 * default. While a store opens, the engine then tells {@link io.s3stream.api.StoreListener#unreachable} and waits
 * without end. A take-over fails after three times that, at least 2 seconds, and can be repeated. A switch to another
 * WAL fails after {@code walTimeout}, at least 2 seconds, and the store stays on its WAL. The engine cleans up after a
 * later answer.
 */
public interface WalMedium extends AutoCloseable {

    /** Whether the attached medium is locked against other processes. */
    boolean isExclusive();

    /** Identifies the medium; equal for the same medium under two names. Empty if the identity is unknown. */
    default String identity() {
        return "";
    }

    /** Whether the generation was prepared on this medium, under any URI. */
    default boolean holds(WalDescriptor descriptor) {
        return false;
    }

    /** The largest frame that a generation prepared now would take. Deadline: that of the medium. */
    CompletableFuture<Integer> maxFrameBytes();

    /**
     * Makes room for a new generation and durably writes its opening record {store, node, walEpoch, nonce}. All data of
     * unreleased generations stays readable. Deadline: that of the medium.
     *
     * @param walEpoch unique per open
     */
    CompletableFuture<WalDescriptor> prepare(long walEpoch);

    /** Creates the writer of a prepared generation. The engine calls it after the descriptor is in the metadata. */
    WriteAheadLog create(WalDescriptor descriptor, long firstSequence);

    /**
     * Makes sure that no later append of an older opener completes, and that completed appends are on the medium and
     * not only in a cache. Deadline: that of the medium.
     *
     * @param from the first sequence that may not yet be committed
     */
    CompletableFuture<Void> fence(WalDescriptor descriptor, long from);

    /**
     * Reads the frames after {@code after}, in order. Does not fence, so it also serves inspection. Deadline: that of
     * the medium, for the replay's beginning.
     *
     * @return fails with {@link io.s3stream.api.errors.StorageException} if the opening record is missing
     */
    CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after);

    /**
     * Frees the space of a generation that is committed or empty. Deadline: that of the medium. The engine forgets the
     * generation of a WAL that the store has left if the release takes three times {@code walTimeout}.
     */
    CompletableFuture<Void> release(WalDescriptor descriptor);

    @Override
    void close();
}
