package io.s3stream.core.events;

import io.s3stream.api.Outage;

/** Is told of outages, on the thread on which they are noticed. */
public interface OutageListener {

    /** Ignores them. */
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
