package io.s3stream.api;

import io.s3stream.api.errors.StreamException;
import java.util.Optional;

/**
 * The abilities of a store now. {@link StoreListener#stateChanged} tells each change.
 *
 * @param reason why the level is not {@link Level#RUNNING}; absent for that level and for a store that its caller
 *     closed
 */
public record StoreState(Level level, Optional<StreamException> reason) {

    /** From good to bad. Only {@link #UNREACHABLE} passes by itself. */
    public enum Level {
        /** All calls work. */
        RUNNING,
        /**
         * At least one dependency has not answered for some seconds; {@link StoreListener#unreachable} names it. The
         * store retries without end. Appends succeed while WAL and memory allow. No acknowledged data is lost.
         */
        UNREACHABLE,
        /**
         * The WAL has failed and there is no fallback, or an upload met an error that no retry cures. Appends fail, and
         * reads succeed. Close the store and open it again.
         */
        APPENDS_FAILED,
        /**
         * Another process has become this node, the metadata are damaged, gone or set back, or a part of the store met
         * an unexpected error. The failed part refuses further work; appends fail if they need it. Close the store.
         */
        STOPPED,
        /** The store is closed, or its close has begun. */
        CLOSED
    }

    /** The state of a store in which all calls work. */
    public static final StoreState RUNNING = new StoreState(Level.RUNNING, Optional.empty());
}
