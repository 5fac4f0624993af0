package io.s3stream.kafka;

import io.s3stream.api.Outage;
import io.s3stream.api.StoreListener;
import io.s3stream.api.StoreState;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the events of the store, and tells when it cannot serve: a broker ends then, and another one takes over. */
final class StoreWatch implements StoreListener {

    private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);

    private final CompletableFuture<StoreState> stopped = new CompletableFuture<>();
    private volatile StoreState state = StoreState.RUNNING;

    /** Completes when the store needs another opening: it is fenced, damaged, closed, or its WAL has failed. */
    CompletableFuture<StoreState> stopped() {
        return stopped;
    }

    StoreState state() {
        return state;
    }

    @Override
    public void stateChanged(StoreState next) {
        state = next;
        LOG.info(
                "event=store-state level={} reason={}",
                next.level(),
                next.reason().map(Throwable::getMessage).orElse("none"));
        switch (next.level()) {
            case APPENDS_FAILED, STOPPED, CLOSED -> stopped.complete(next);
            case RUNNING, UNREACHABLE -> LOG.debug("the store works, or will work again");
        }
    }

    @Override
    public void unreachable(Outage outage) {
        LOG.warn("event=unreachable what={}", outage);
    }

    @Override
    public void reachable(Outage outage) {
        LOG.info("event=reachable what={}", outage);
    }

    @Override
    public void throttled(boolean waiting) {
        LOG.info("event=throttled appends-wait={}", waiting);
    }
}
