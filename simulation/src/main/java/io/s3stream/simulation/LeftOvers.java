package io.s3stream.simulation;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.StreamStore;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.log.MetadataClients;
import io.s3stream.core.metadata.log.MetadataRules;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Checks the bucket against the metadata: it holds every named object and, after all deletions have had their time, no
 * other object.
 */
public final class LeftOvers {

    private static final long MAX_EVENTS = 2_000_000;
    /**
     * A time after which late requests have landed, grace periods and the longer ones for other nodes' objects are
     * over, and failed deletions were repeated.
     */
    private static final Duration QUIET = Duration.ofSeconds(20);

    private final Simulator simulator;
    private final SimBucket bucket;
    private final Supplier<StateMachine> stateMachine;

    public LeftOvers(Simulator simulator, SimBucket bucket) {
        this(simulator, bucket, StateMachine::new);
    }

    /** @param stateMachine the rules of the nodes: an inspector must see the state that the nodes see */
    public LeftOvers(Simulator simulator, SimBucket bucket, Supplier<StateMachine> stateMachine) {
        this.simulator = simulator;
        this.bucket = bucket;
        this.stateMachine = stateMachine;
    }

    /** Waits for all activity to end, triggers a last sweep, and checks. */
    public void verify(StreamStore store) {
        simulator.runFor(QUIET.toNanos());
        CompletableFuture<Long> stirred = store.createStream(CreateOptions.named("last"));
        simulator.runUntil(stirred::isDone, MAX_EVENTS, "the last stream");
        simulator.runFor(QUIET.toNanos());
        verifyData();
        require(leftOfMetadata());
    }

    /** Checks the data objects, without waiting for a sweep. */
    void verifyData() {
        requireAllThere();
        require(left());
    }

    /** Requires that every object the metadata name exists. */
    void requireAllThere() {
        require(missing());
    }

    private static void require(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new HistoryViolation(String.join("; ", problems));
        }
    }

    /**
     * Returns lost data: objects that the metadata name and the bucket lacks. During the check a retired object may be
     * deleted and then forgotten, and a new one may appear.
     */
    private List<String> missing() {
        Set<String> before = Set.copyOf(bucket.keys("data/", ""));
        return known(object -> !object.isRetired()).stream()
                .filter(key -> bucket.get(key) == null && !before.contains(key))
                .map(key -> "object=" + key + ": the metadata name it, and it is missing")
                .toList();
    }

    /** Returns objects that no metadata name and none can ever name. */
    private List<String> left() {
        Set<String> known = known(object -> true);
        List<String> left = new ArrayList<>();
        for (String key : bucket.keys("data/", "")) {
            if (!known.contains(key)) {
                left.add("object=" + key + ": no metadata name it, and it still exists");
            }
        }
        bucket.multiparts("data/")
                .forEach(upload -> left.add("object=" + upload.key() + ": its upload in parts was abandoned"));
        return left;
    }

    private List<String> leftOfMetadata() {
        byte[] head = Objects.requireNonNull(bucket.get("meta/head")).bytes();
        return MetadataClients.leftOvers(head, bucket.keys("meta/", "")).stream()
                .map(key -> "object=" + key + ": no head names it, and it still exists")
                .toList();
    }

    private Set<String> known(Predicate<ObjectMetadata> wanted) {
        SimNode inspector = new SimNode(simulator, "inspector", step -> false);
        SimObjectStorage storage = new SimObjectStorage(inspector, bucket, () -> StorageFaults.NONE);
        CompletableFuture<MetadataClient> client = MetadataClients.open(
                inspector,
                storage,
                new StorageRegister(storage, "meta/head"),
                SimConfig.metadata(),
                MetadataRules.of(stateMachine.get()));
        simulator.runUntil(client::isDone, MAX_EVENTS, "the inspection of the metadata");
        Set<String> known = new TreeSet<>();
        client.join().view().forEachObject(object -> {
            if (wanted.test(object)) {
                known.add(object.key());
            }
        });
        return known;
    }
}
