package io.s3stream.core.events;

import io.s3stream.api.Outage;
import io.s3stream.api.StoreListener;
import io.s3stream.api.StoreState;
import io.s3stream.api.StoreState.Level;
import io.s3stream.api.errors.StreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the host's listener, on an executor that may be slow. Owns the state of the store, which is the worst of its present
 * outages and past failures. Thread-safe.
 */
public final class StoreEvents implements OutageListener {

    private static final Logger LOG = LoggerFactory.getLogger(StoreEvents.class);

    private final StoreListener listener;
    private final Executor executor;
    private final List<Outage> outages = new ArrayList<>(); // guarded by this
    private StoreState failure = StoreState.RUNNING; // guarded by this, as are the next two
    private StoreState told = StoreState.RUNNING;
    private boolean closed;

    public StoreEvents(StoreListener listener, Executor executor) {
        this.listener = listener;
        this.executor = executor;
    }

    @Override
    public synchronized void began(Outage outage) {
        outages.add(outage);
        tell(told -> told.unreachable(outage));
        tellState();
    }

    @Override
    public synchronized void ended(Outage outage) {
        outages.stream()
                .filter(begun -> begun.resource().equals(outage.resource()))
                .findFirst()
                .ifPresent(outages::remove);
        tell(told -> told.reachable(outage));
        tellState();
    }

    /** A part of the store has failed. A level that is not worse than the present one changes nothing. */
    public synchronized void failed(Level level, StreamException reason) {
        if (level.compareTo(failure.level()) > 0) {
            failure = new StoreState(level, Optional.of(reason));
            tellState();
        }
    }

    /** The close of the store has begun. The caller knows it, so it is no event. */
    public synchronized void closing() {
        closed = true;
    }

    public synchronized StoreState state() {
        if (closed) {
            return new StoreState(Level.CLOSED, failure.reason());
        }
        if (failure.level() == Level.RUNNING && !outages.isEmpty()) {
            return new StoreState(Level.UNREACHABLE, Optional.of(outages.get(0).reason()));
        }
        return failure;
    }

    /** In order with the events before it: the lock is held while the executor takes them. */
    private void tellState() {
        StoreState now = state();
        if (!closed && now.level() != told.level()) {
            told = now;
            tell(told -> told.stateChanged(now));
        }
    }

    public void tell(Consumer<StoreListener> event) {
        executor.execute(() -> {
            try {
                event.accept(listener);
            } catch (Throwable e) { // Errors too: the host's executor may run this on a thread of the engine
                LOG.warn("the store listener failed", e);
            }
        });
    }
}
