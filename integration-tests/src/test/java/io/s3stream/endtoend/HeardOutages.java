package io.s3stream.endtoend;

import io.s3stream.api.Outage;
import io.s3stream.api.StoreListener;
import io.s3stream.api.StoreState;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Collects outages and changes of the state, in the order of their events. Thread-safe. */
final class HeardOutages implements StoreListener {

    private final List<String> events = new CopyOnWriteArrayList<>();

    List<String> events() {
        return events;
    }

    boolean endsWith(String last) {
        return !events.isEmpty() && events.get(events.size() - 1).equals(last);
    }

    @Override
    public void stateChanged(StoreState state) {
        events.add("state " + state.level());
    }

    @Override
    public void unreachable(Outage outage) {
        events.add("unreachable " + outage.resource());
    }

    @Override
    public void reachable(Outage outage) {
        events.add("reachable " + outage.resource());
    }
}
