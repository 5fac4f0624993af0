package io.s3stream.kafka.cluster.decisions;

import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.cluster.decisions.Member.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * Brokers that decide with the real decisions, in virtual time. The store is a model of its promises: one owner for a
 * partition, an epoch for each registration of a node, take-overs that are conditional on it, a watch that may be 200 ms
 * late, and silence that is noticed after three seconds. Single-threaded; a seed gives one history.
 */
final class SimulatedCluster {

    static final long MILLIS = 1_000_000;
    static final long SILENCE = 3000 * MILLIS;

    final Random random;
    final List<SimulatedBroker> brokers = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final int[] owners;
    private final long[] ownerEpochs;
    private final Uuid topicId = new Uuid(1, 1);
    private long now;
    private long number;

    private record Event(long at, long number, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
        }
    }

    /** A node as the metadata have it. */
    private static final class Node {
        long epoch;
        boolean isOpen;
        Phase phase = Phase.STARTING;
        long lastSign;
    }

    SimulatedCluster(int size, int partitions, long seed) {
        random = new Random(seed);
        owners = new int[partitions];
        ownerEpochs = new long[partitions];
        Arrays.fill(owners, -1);
        for (int id = 0; id < size; id++) {
            nodes.put(id, new Node());
            brokers.add(new SimulatedBroker(this, id));
        }
    }

    long now() {
        return now;
    }

    /** A duration between the two, in milliseconds; returned in nanoseconds. */
    long between(int least, int most) {
        return (least + random.nextInt(most - least + 1)) * MILLIS;
    }

    void after(long nanos, Runnable task) {
        events.add(new Event(now + nanos, number++, task));
    }

    /** Runs all events of the next {@code nanos}. */
    void run(long nanos) {
        long end = now + nanos;
        while (!events.isEmpty() && events.peek().at <= end) {
            Event event = events.remove();
            now = event.at;
            event.task.run();
        }
        now = end;
    }

    /** A process becomes the node. Returns its epoch; partitions of the process before it are free then. */
    long register(int id) {
        Node node = nodes.get(id);
        node.epoch++;
        node.isOpen = true;
        node.phase = Phase.STARTING;
        node.lastSign = now;
        free(id);
        changed();
        return node.epoch;
    }

    private void free(int id) {
        for (int i = 0; i < owners.length; i++) {
            if (owners[i] == id) {
                owners[i] = -1;
            }
        }
    }

    /** Returns whether the process is still the node. */
    boolean isCurrent(int id, long epoch) {
        return nodes.get(id).epoch == epoch;
    }

    void setPhase(int id, long epoch, Phase phase) {
        if (isCurrent(id, epoch)) {
            nodes.get(id).phase = phase;
            changed();
        }
    }

    void heartbeat(int id, long epoch) {
        if (isCurrent(id, epoch)) {
            nodes.get(id).lastSign = now;
        }
    }

    void open(int id, long epoch, int partition) {
        if (isCurrent(id, epoch) && owners[partition] == -1) {
            owners[partition] = id;
            ownerEpochs[partition]++;
            changed();
        }
    }

    void release(int id, long epoch, int partition) {
        if (isCurrent(id, epoch) && owners[partition] == id) {
            owners[partition] = -1;
            changed();
        }
    }

    void takeOver(int taker, long takerEpoch, Suspicions.TakeOver takeOver) {
        Node node = nodes.get(takeOver.id());
        if (isCurrent(taker, takerEpoch) && node.epoch == takeOver.epoch()) {
            node.epoch++;
            node.isOpen = false;
            node.phase = Phase.STARTING;
            free(takeOver.id());
            changed();
        }
    }

    /** Each broker learns of the change by its watch, at a time of its own. */
    private void changed() {
        brokers.forEach(broker -> broker.lookWithin(between(0, 200)));
    }

    /** Nodes that have been silent for too long, with their epochs. */
    Map<Integer, Long> silent() {
        Map<Integer, Long> silent = new TreeMap<>();
        nodes.forEach((id, node) -> {
            if (node.isOpen && now - node.lastSign >= SILENCE) {
                silent.put(id, node.epoch);
            }
        });
        return silent;
    }

    List<Member> members() {
        List<Member> members = new ArrayList<>();
        nodes.forEach((id, node) -> {
            if (node.isOpen) {
                members.add(new Member(id, node.epoch, 1, node.phase));
            }
        });
        return members;
    }

    List<Topic> topics() {
        List<PartitionState> partitions = new ArrayList<>();
        for (int i = 0; i < owners.length; i++) {
            partitions.add(new PartitionState(i, i + 1, 1000 + i, owners[i], ownerEpochs[i]));
        }
        return List.of(new Topic(topicId, "topic", 0, TopicConfigs.DEFAULTS, partitions));
    }

    /** The partitions that no running broker leads. */
    List<Integer> unled() {
        List<Integer> unled = new ArrayList<>();
        for (int i = 0; i < owners.length; i++) {
            if (owners[i] == -1 || !brokers.get(owners[i]).isRunning()) {
                unled.add(i);
            }
        }
        return unled;
    }

    /** How often each partition has changed its owner, in total. */
    long openings() {
        return Arrays.stream(ownerEpochs).sum();
    }
}
