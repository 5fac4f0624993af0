package io.s3stream.kafka.cluster.decisions;

import io.s3stream.kafka.cluster.decisions.Member.Phase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A broker of a {@link SimulatedCluster}: a process that may be dead, running or paused. */
final class SimulatedBroker {

    private enum State {
        DEAD,
        RUNNING,
        PAUSED
    }

    private static final long PROBE = 50 * SimulatedCluster.MILLIS;
    private static final long HEARTBEAT = 1000 * SimulatedCluster.MILLIS;

    private final SimulatedCluster cluster;
    private final int id;
    private State state = State.DEAD;
    private long epoch;
    private Suspicions suspicions;
    private boolean isLooking;
    private long lookAt = -1;
    private final Set<Integer> busy = new HashSet<>();

    SimulatedBroker(SimulatedCluster cluster, int id) {
        this.cluster = cluster;
        this.id = id;
        this.suspicions = new Suspicions(id);
    }

    boolean isRunning() {
        return state == State.RUNNING && cluster.isCurrent(id, epoch);
    }

    boolean isDead() {
        return state == State.DEAD;
    }

    void start() {
        if (state != State.DEAD) {
            return;
        }
        state = State.RUNNING;
        suspicions = new Suspicions(id);
        busy.clear();
        epoch = cluster.register(id);
        long registered = epoch;
        cluster.after(cluster.between(20, 300), () -> {
            if (isAlive(registered)) {
                cluster.setPhase(id, registered, Phase.READY);
                beat(registered);
                probe(registered);
            }
        });
    }

    void kill() {
        state = State.DEAD;
    }

    void drain() {
        if (isRunning()) {
            cluster.setPhase(id, epoch, Phase.DRAINING);
        }
    }

    void pause() {
        if (state == State.RUNNING) {
            state = State.PAUSED;
        }
    }

    /** Ends a pause. A process that was taken over in between notices and ends. */
    void resume() {
        if (state == State.PAUSED) {
            state = State.RUNNING;
            if (!cluster.isCurrent(id, epoch)) {
                state = State.DEAD;
            } else {
                beat(epoch);
                probe(epoch);
                look();
            }
        }
    }

    private boolean isAlive(long registered) {
        return state == State.RUNNING && epoch == registered && cluster.isCurrent(id, registered);
    }

    private void beat(long registered) {
        if (isAlive(registered)) {
            cluster.heartbeat(id, registered);
            cluster.after(HEARTBEAT, () -> beat(registered));
        }
    }

    /** Looks at connections and heartbeats. */
    private void probe(long registered) {
        if (!isAlive(registered)) {
            return;
        }
        long now = cluster.now();
        for (Member member : cluster.members()) {
            SimulatedBroker peer = cluster.brokers.get(member.id());
            boolean isWatched = member.phase() == Phase.READY || member.phase() == Phase.DRAINING;
            if (member.id() != id && isWatched && peer.isDead()) {
                suspicions.refused(member.id(), member.epoch(), now);
            }
        }
        cluster.silent().forEach((silent, silentEpoch) -> {
            if (silent != id) {
                suspicions.silent(silent, silentEpoch, now);
            }
        });
        takeOver(registered);
        cluster.after(PROBE, () -> probe(registered));
    }

    private void takeOver(long registered) {
        for (Suspicions.TakeOver takeOver : suspicions.due(cluster.members(), cluster.now())) {
            cluster.after(cluster.between(20, 200), () -> {
                if (isAlive(registered)) {
                    cluster.takeOver(id, registered, takeOver);
                }
            });
        }
    }

    /** Decides after a change of the metadata. */
    void look() {
        long registered = epoch;
        if (!isAlive(registered)) {
            if (state == State.RUNNING) {
                state = State.DEAD; // fenced
            }
            return;
        }
        Assignment assignment = Assignment.of(id, cluster.members(), cluster.topics());
        act(registered, assignment.open(), partition -> cluster.open(id, registered, partition));
        act(registered, assignment.release(), partition -> cluster.release(id, registered, partition));
    }

    private interface Action {
        void on(int partition);
    }

    /** Looks at the metadata after this time, or earlier if a look is due earlier. */
    void lookWithin(long nanos) {
        long at = cluster.now() + nanos;
        if (lookAt <= cluster.now() || at < lookAt) {
            lookAt = at;
            cluster.after(nanos, this::look);
        }
    }

    /** Looks again soon; several reasons within that time need one look. */
    private void lookSoon() {
        if (!isLooking) {
            isLooking = true;
            cluster.after(SimulatedCluster.MILLIS, () -> {
                isLooking = false;
                look();
            });
        }
    }

    private void act(long registered, List<Assignment.Task> tasks, Action action) {
        for (Assignment.Task task : tasks) {
            int partition = task.partition().index();
            if (busy.add(partition)) {
                cluster.after(cluster.between(5, 50), () -> {
                    busy.remove(partition);
                    if (isAlive(registered)) {
                        action.on(partition);
                        lookSoon();
                    }
                });
            }
        }
    }
}
