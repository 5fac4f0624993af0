package io.s3stream.core.snapshot;

import io.s3stream.api.metadata.MetadataListener;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.api.metadata.MetadataWatch;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch of a host. At most one of its tasks is on the host's executor, so its listener is never called twice at once.
 * Changes of that time are merged. Thread-safe.
 */
final class Watch implements MetadataWatch {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final MetadataListener listener;
    private final Executor executor;
    private final Function<FrozenMetadata, MetadataSnapshot> toApi;
    private final Consumer<Watch> onClose;
    private final PendingUpdate pending; // guarded by this, as are the next two
    private boolean isRunning;
    private boolean isClosed;

    /**
     * @param executor may run several tasks at once
     * @param onClose called once, when the host closes the watch
     */
    Watch(
            String prefix,
            MetadataListener listener,
            Executor executor,
            Function<FrozenMetadata, MetadataSnapshot> toApi,
            Consumer<Watch> onClose) {
        this.listener = listener;
        this.executor = executor;
        this.toApi = toApi;
        this.onClose = onClose;
        this.pending = new PendingUpdate(prefix);
    }

    /** Adds changes. The executor tells them as soon as the call before has returned. */
    void changed(FrozenMetadata now, Difference difference) {
        synchronized (this) {
            try {
                pending.add(now, difference);
            } catch (Throwable e) { // no memory: the listener is told to read the snapshot
                LOG.warn("changes for the listener of a watch were dropped", e);
                pending.lost(now);
            }
        }
        runUnlessRunning();
    }

    private void runUnlessRunning() {
        synchronized (this) {
            if (isRunning || isClosed || pending.isEmpty()) {
                return;
            }
            isRunning = true;
        }
        try {
            executor.execute(this::tell);
        } catch (Throwable e) { // no memory, or the host's executor: the next change tries again
            LOG.warn("the executor of the listener of a watch refused a task", e);
            synchronized (this) {
                isRunning = false;
            }
        }
    }

    private void tell() {
        try {
            MetadataUpdate update = next();
            if (update != null) {
                listener.changed(update);
            }
        } catch (Throwable e) { // Errors too: the host's executor may run this on a thread of the engine
            LOG.warn("the listener of a watch failed", e);
        } finally {
            synchronized (this) {
                isRunning = false;
            }
        }
        runUnlessRunning();
    }

    private synchronized @Nullable MetadataUpdate next() {
        return isClosed || pending.isEmpty() ? null : pending.take(toApi);
    }

    /** Ends the watch because the store has ended. */
    synchronized void end() {
        isClosed = true;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        onClose.accept(this);
    }
}
