package io.s3stream.core.events;

import io.s3stream.api.Outage;

/** Receives the begin and the end of outages, on the thread that notices them. */
public interface OutageListener {

    /** Ignores outages. */
    OutageListener NONE = new OutageListener() {
        @Override
        public void began(Outage outage) {}

        @Override
        public void ended(Outage outage) {}
    };

    void began(Outage outage);

    /** Follows one {@link #began} of the same resource. */
    void ended(Outage outage);
}
