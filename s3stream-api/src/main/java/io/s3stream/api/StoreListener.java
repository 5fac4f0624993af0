package io.s3stream.api;

import io.s3stream.api.errors.StreamException;
import java.net.URI;
import java.time.Duration;

/**
 * Hears what happens to a store and around it. Called on a thread of its own, one call after the other, or on the {@linkplain
 * StreamStoreBuilder#callbackExecutor callback executor} if the host brings one, in order as far as that executor keeps
 * it. A method may wait for the store, for example for a switch or a take-over; the next event is told after it. Exceptions
 * are logged and change nothing. The store never waits for the listener.
 */
public interface StoreListener {

    /**
     * Another node that should be alive has shown no sign of it for longer than {@link StoreConfig#suspectAfter}, by this
     * process's own monotonic clock. It may be dead, paused, cut off, or run without heartbeats: a suspicion, never a
     * proof. {@link StreamStore#takeOver} is safe in all these cases.
     */
    default void nodeSuspected(int nodeId, Duration silence) {}

    /** A node that was suspected has given a sign of life. */
    default void nodeReturned(int nodeId) {}

    /** A node was taken over, by this store or another; its streams can be opened. */
    default void nodeTakenOver(int nodeId, long nodeEpoch) {}

    /** The WAL being written has failed. Appends wait if there is a fallback, and fail otherwise. */
    default void walFailed(URI wal, StreamException reason) {}

    /** Appends go to another WAL, because it was asked for or because the one before failed. */
    default void walSwitched(URI from, URI to) {}

    /** Another process has become this node: the store acknowledges nothing more and should be closed. */
    default void fenced(StreamException reason) {}

    /**
     * Requests of one kind have had no success for some seconds. The store retries without end, and appends go on while WAL
     * and memory allow; nothing that was acknowledged is lost, however long it lasts.
     */
    default void unreachable(Outage outage) {}

    /** What was {@linkplain #unreachable unreachable} answers again. */
    default void reachable(Outage outage) {}

    /**
     * Appends have begun ({@code true}) or ceased ({@code false}) to wait: for uploads, because the write cache is full, or for
     * a WAL that has acknowledged nothing for a second, because the append queue is full.
     */
    default void throttled(boolean waiting) {}

    /**
     * The metadata were found to be damaged, gone or set back, or a part of the store came upon an error that it did not expect. It takes
     * no more work: appends fail if it was needed for them. The store should be closed, which works as ever, and opened again.
     */
    default void failed(StreamException reason) {}
}
