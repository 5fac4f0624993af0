package io.s3stream.api;

import io.s3stream.api.errors.StreamException;
import java.net.URI;
import java.time.Duration;

/**
 * Receives the events of a store. {@link #stateChanged} tells each change of the store's abilities; the other events
 * tell causes and facts about other nodes.
 *
 * <p>The store calls the listener on a thread of its own, one call after the other. With a {@linkplain
 * StreamStoreBuilder#callbackExecutor callback executor} of the host, it calls the listener there, and the order is
 * that of the executor. A method may block, for example for a switch or a take-over; the next event follows after it.
 * The store logs exceptions and ignores them. The store never waits for the listener.
 */
public interface StoreListener {

    /**
     * The store can do more, or less, than before. The store tells it once a change, after the event that names the
     * cause. A close by the caller is no event.
     *
     * @param state as {@link StreamStore#state()} returned it at the change
     */
    default void stateChanged(StoreState state) {}

    /**
     * Another node that should be alive has shown no sign of it for longer than {@link StoreConfig#suspectAfter}, by
     * this process's own monotonic clock. The node may be dead, paused, cut off, or run without heartbeats: a
     * suspicion, never a proof. {@link StreamStore#takeOver(int)} is safe in all these cases.
     *
     * <p>A node is suspected again under its next epoch, if the process that recovered it makes no progress for three
     * times as long.
     *
     * @param nodeEpoch the epoch of the silent process. A take-over with {@link
     *     io.s3stream.api.metadata.TakeOverOptions#ifEpoch(long)} spares a process that has become the node since
     */
    default void nodeSuspected(int nodeId, long nodeEpoch, Duration silence) {}

    /** A suspected node has shown a sign of life. */
    default void nodeReturned(int nodeId) {}

    /** A node was taken over, by this store or another; its streams can be opened. */
    default void nodeTakenOver(int nodeId, long nodeEpoch) {}

    /** The current WAL has failed. Appends wait if there is a fallback, and fail otherwise. */
    default void walFailed(URI wal, StreamException reason) {}

    /** The store writes to another WAL, because a caller asked for it or because the previous WAL failed. */
    default void walSwitched(URI from, URI to) {}

    /**
     * Requests of one kind have had no success for some seconds. The store retries without end. Appends succeed while
     * WAL and memory allow. No acknowledged data is lost, however long the outage lasts.
     */
    default void unreachable(Outage outage) {}

    /** An {@linkplain #unreachable unreachable} dependency answers again. */
    default void reachable(Outage outage) {}

    /**
     * Appends have begun ({@code true}) or ceased ({@code false}) to wait: for uploads, because the write cache is
     * full, or for a WAL that has acknowledged no frame for a second, because the append queue is full.
     */
    default void throttled(boolean waiting) {}
}
