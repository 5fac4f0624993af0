package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.StoreListener;
import io.s3stream.api.StoreState;
import io.s3stream.api.errors.StreamException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the events of a store's listener, and their threads. Then runs the reaction that the test wants. */
final class HeardEvents implements StoreListener {

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<StreamException> reasons = new CopyOnWriteArrayList<>();
    private final Set<String> threads = ConcurrentHashMap.newKeySet();
    private final Runnable reaction;

    HeardEvents() {
        this(() -> {});
    }

    /** @param reaction the listener's action at each event, such as to throw */
    HeardEvents(Runnable reaction) {
        this.reaction = reaction;
    }

    List<String> events() {
        return events;
    }

    /** The reasons of WAL failures and fencing, in order. */
    List<StreamException> reasons() {
        return reasons;
    }

    /** Waits for the given number of events, and fails if they differ from these. */
    void awaitExactly(String... expected) {
        await("events").atMost(Duration.ofSeconds(20)).until(() -> events.size() >= expected.length);
        assertThat(events).containsExactly(expected);
    }

    void assertOnlyOnThreads(String prefix) {
        assertThat(threads).isNotEmpty().allMatch(name -> name.startsWith(prefix));
    }

    @Override
    public void nodeSuspected(int nodeId, long nodeEpoch, Duration silence) {
        record("suspected " + nodeId + " epoch " + nodeEpoch);
    }

    @Override
    public void nodeReturned(int nodeId) {
        record("returned " + nodeId);
    }

    @Override
    public void nodeTakenOver(int nodeId, long nodeEpoch) {
        record("taken over " + nodeId + " epoch " + nodeEpoch);
    }

    @Override
    public void walFailed(URI wal, StreamException reason) {
        reasons.add(reason);
        record("failed " + wal);
    }

    @Override
    public void walSwitched(URI from, URI to) {
        record("switched " + from + " to " + to);
    }

    /** Outages pass by themselves, and a slow machine has some while a store opens. */
    @Override
    public void stateChanged(StoreState state) {
        if (state.level().compareTo(StoreState.Level.UNREACHABLE) > 0) {
            state.reason().ifPresent(reasons::add);
            record("state " + state.level());
        }
    }

    @Override
    public void throttled(boolean waiting) {
        record("throttled " + waiting);
    }

    private void record(String event) {
        threads.add(Thread.currentThread().getName());
        events.add(event);
        reaction.run();
    }
}
