package io.s3stream.simulation.cluster;

import io.s3stream.simulation.world.SimConfig;
import io.s3stream.testkit.sim.StorageFaults;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The composition of a history, drawn from its seed. Each history has some kinds of faults and actions often, some
 * rarely and some not at all. A fault that hides another one is absent in many histories.
 *
 * @param wals for each node the URIs of the WALs it may write to
 * @param streams the number of stream names
 * @param actions the number of actions in the history
 * @param weights how likely each action is, relative to the others
 * @param troubles how likely each kind of trouble is, per action
 * @param storage the faults of requests
 * @param mediumFailures the probability that an operation on a WAL's medium fails
 * @param crashFactor how much likelier than usual a process dies at a step
 * @param hasFallback whether some processes have a WAL to fall back to
 * @param host how careless the embedding programs are
 * @param hasLongOutage whether an outage may last for hours
 */
public record SwarmConfig(
        List<List<String>> wals,
        int streams,
        int actions,
        Map<Action, Integer> weights,
        Map<Trouble, Double> troubles,
        StorageFaults storage,
        double mediumFailures,
        double crashFactor,
        boolean hasFallback,
        HostHabits host,
        boolean hasLongOutage) {

    static final String SHARED_WAL = "block://" + ClusterMedia.SHARED
            + "?mode=shared&extent=324KiB&cells=1024&maxInFlight=4&maxInFlightBytes=64KiB";
    static final long SHARED_BYTES = 32L << 20;

    private static final String NFS_WAL =
            "nfs://" + ClusterMedia.NFS + "?capacity=480KiB&segment=160KiB&maxInFlight=4&maxInFlightBytes=64KiB";

    /** The actions of clients. */
    public enum Action {
        APPEND(40),
        APPEND_ALL(5),
        FETCH(14),
        READ_ONLY(8),
        POSITIONS(2),
        TRIM(4),
        OPEN(8),
        MOVE(8),
        CLOSE(2),
        DELETE(1),
        FLUSH(2),
        SWITCH_WAL(2),
        CLOSE_STORE(1),
        INSPECT(1),
        REST(2),
        SEAL(1),
        REMOVE_NODE(2),
        REWRITE(4);

        private final int usual;

        Action(int usual) {
            this.usual = usual;
        }
    }

    /** Drawn from numbers of their own, so that other draws do not depend on them. */
    private static final EnumSet<Action> LATER = EnumSet.of(Action.SEAL, Action.REMOVE_NODE, Action.REWRITE);

    /** The kinds of trouble that a process may meet. */
    public enum Trouble {
        CRASH,
        PAUSE,
        RIVAL,
        TAKE_OVER,
        CUT_OFF,
        SLOW,
        CLOCK,
        OUTAGE,
        SET_BACK,
        ERRORS
    }

    /** @param actions the number of actions in the history */
    public static SwarmConfig draw(long seed, int actions) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        int nodes = 3 + random.nextInt(3);
        List<List<String>> wals = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            wals.add(wals(node, random));
        }
        Map<Action, Integer> weights = new EnumMap<>(Action.class);
        for (Action action : EnumSet.complementOf(LATER)) {
            int factor = action == Action.APPEND || action == Action.OPEN ? 2 : random.nextInt(4);
            weights.put(action, action.usual * factor);
        }
        Map<Trouble, Double> troubles = new EnumMap<>(Trouble.class);
        for (Trouble trouble : Trouble.values()) {
            troubles.put(trouble, random.nextInt(3) == 0 ? 0 : 0.002 + 0.02 * random.nextDouble());
        }
        // Most processes end before such an error reaches an important place.
        troubles.computeIfPresent(Trouble.ERRORS, (trouble, rate) -> 4 * rate);
        Random more = new Random(seed * 0xD1342543DE82EF95L + 7);
        Random latest = new Random(seed * 0xDA942042E4DD58B5L + 3);
        LATER.forEach(action -> weights.put(action, action.usual * latest.nextInt(4)));
        return new SwarmConfig(
                wals,
                3 + random.nextInt(6),
                actions,
                weights,
                troubles,
                new StorageFaults(
                        rate(random, 0.04),
                        rate(random, 0.04),
                        rate(random, 0.04),
                        rate(random, 0.04),
                        rate(more, 0.03)),
                random.nextInt(3) == 0 ? 0.004 : 0,
                random.nextInt(3) == 0 ? 0 : random.nextDouble(),
                random.nextInt(3) == 0,
                HostHabits.draw(more),
                more.nextInt(50) == 0);
    }

    /** The first WAL is in use most of the time. The others are targets of switches. */
    private static List<String> wals(int node, Random random) {
        List<String> all = new ArrayList<>(
                List.of(SimConfig.wal(Path.of("/wal-" + node)), SHARED_WAL, NFS_WAL, SimConfig.STORE_WAL_URI));
        String first = all.remove(random.nextInt(all.size()));
        String second = all.get(random.nextInt(all.size()));
        return random.nextBoolean() ? List.of(first) : List.of(first, second);
    }

    private static double rate(Random random, double most) {
        return random.nextInt(3) == 0 ? 0 : most * random.nextDouble();
    }

    /** A taker with other WALs needs the URIs of this node's WALs. */
    List<URI> walsOf(int node) {
        return wals.get(node).stream().map(URI::create).toList();
    }

    int nodes() {
        return wals.size();
    }

    boolean usesShared() {
        return wals.stream().anyMatch(uris -> uris.contains(SHARED_WAL));
    }

    Action pick(java.util.random.RandomGenerator random) {
        int dice = random.nextInt(
                weights.values().stream().mapToInt(Integer::intValue).sum());
        for (Map.Entry<Action, Integer> entry : weights.entrySet()) {
            dice -= entry.getValue();
            if (dice < 0) {
                return entry.getKey();
            }
        }
        throw new IllegalStateException("no action has any weight");
    }
}
