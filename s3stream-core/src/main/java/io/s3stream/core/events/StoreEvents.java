package io.s3stream.core.events;

import io.s3stream.api.Outage;
import io.s3stream.api.StoreListener;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the host's listener on an executor that may be slow. */
public final class StoreEvents implements OutageListener {

    private static final Logger LOG = LoggerFactory.getLogger(StoreEvents.class);

    private final StoreListener listener;
    private final Executor executor;

    public StoreEvents(StoreListener listener, Executor executor) {
        this.listener = listener;
        this.executor = executor;
    }

    @Override
    public void began(Outage outage) {
        tell(told -> told.unreachable(outage));
    }

    @Override
    public void ended(Outage outage) {
        tell(told -> told.reachable(outage));
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
