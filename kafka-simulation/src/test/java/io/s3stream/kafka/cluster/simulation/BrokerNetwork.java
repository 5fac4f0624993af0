package io.s3stream.kafka.cluster.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections between brokers. A process that has ended refuses connections; a lost machine and a silent cut answer
 * nothing. A paused process accepts connections, because its system does. Owner of the listeners and cuts.
 */
final class BrokerNetwork {

    /** The result of an attempt to connect. */
    enum Answer {
        ACCEPTED,
        REFUSED,
        SILENT
    }

    private record Link(int a, int b) {
        static Link between(int one, int other) {
            return new Link(Math.min(one, other), Math.max(one, other));
        }
    }

    /** The time in which a refusal leads to a take-over. */
    private static final long TAKE_OVER_NANOS = 2_000_000_000;

    private final LongSupplier now;
    private final Map<Integer, SimulatedBroker> listening = new HashMap<>();
    private final Set<Integer> lost = new HashSet<>();
    private final Map<Link, Cut> cuts = new HashMap<>();

    private record Cut(Answer answer, long until) {}

    /** @param now the virtual time */
    BrokerNetwork(LongSupplier now) {
        this.now = now;
    }

    void listen(SimulatedBroker broker) {
        listening.put(broker.id(), broker);
        lost.remove(broker.id());
    }

    void endListening(SimulatedBroker broker) {
        listening.remove(broker.id(), broker);
    }

    /** The machine answers nothing until a broker listens there again. */
    void lose(int id) {
        listening.remove(id);
        lost.add(id);
    }

    /** Two brokers do not reach each other for this time. */
    void cut(int one, int other, Answer answer, long nanos) {
        cuts.put(Link.between(one, other), new Cut(answer, now.getAsLong() + nanos));
    }

    /** A cut that ends now has still happened: a take-over after a refusal may be in progress. */
    void endCuts() {
        long present = now.getAsLong();
        cuts.replaceAll((link, cut) -> new Cut(cut.answer, Math.min(cut.until, present)));
    }

    private Answer link(int one, int other) {
        Cut cut = cuts.get(Link.between(one, other));
        return cut == null || cut.until <= now.getAsLong() ? Answer.ACCEPTED : cut.answer;
    }

    /** Whether another broker was refused by this one until now or shortly before, although it runs. */
    boolean isRefusing(int id) {
        return cuts.entrySet().stream()
                .anyMatch(cut -> (cut.getKey().a == id || cut.getKey().b == id)
                        && cut.getValue().answer == Answer.REFUSED
                        && cut.getValue().until + TAKE_OVER_NANOS > now.getAsLong());
    }

    /** Tries to connect to a broker. */
    Answer connect(int from, int to) {
        Answer link = link(from, to);
        if (link != Answer.ACCEPTED || lost.contains(to)) {
            return link == Answer.REFUSED ? Answer.REFUSED : Answer.SILENT;
        }
        SimulatedBroker broker = listening.get(to);
        return broker == null || !broker.isAlive() ? Answer.REFUSED : Answer.ACCEPTED;
    }

    /** The broker that accepts connections there. */
    @Nullable
    SimulatedBroker at(int id) {
        return listening.get(id);
    }

    /** Whether a connection to this process has been closed by the other side. */
    boolean isClosed(int from, SimulatedBroker to) {
        if (lost.contains(to.id()) || link(from, to.id()) == Answer.SILENT) {
            return false;
        }
        return link(from, to.id()) == Answer.REFUSED || !to.isAlive() || listening.get(to.id()) != to;
    }
}
