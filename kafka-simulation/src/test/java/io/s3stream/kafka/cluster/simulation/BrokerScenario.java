package io.s3stream.kafka.cluster.simulation;

import io.s3stream.api.FetchResult;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.cluster.decisions.Member;
import io.s3stream.kafka.cluster.decisions.Placement;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.testkit.sim.Simulator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Brokers that run the real loop of the cluster over the real store, under trouble. In the end all trouble ends: the
 * placement becomes the wanted one and stays so, and all logs are read and compared.
 */
final class BrokerScenario {

    private static final long SECOND = 1_000_000_000;
    private static final long MAX_EVENTS = 3_000_000;

    /** All brokers serve, and placement has converged, this time after the last trouble. */
    private static final long CONVERGENCE_NANOS = 45 * SECOND;

    private static final long QUIET_NANOS = 15 * SECOND;

    /** A suspicion of the time before the calm leads to a take-over in this time. */
    private static final long SETTLE_NANOS = 5 * SECOND;

    /** A rolling restart takes at most this time for each broker. */
    private static final long ROLL_NANOS = 15 * SECOND;

    private final BrokerWorld world;
    private final Simulator simulator;
    private final Ledger ledger;
    private final Ownership ownership;
    private final Fleet fleet;
    private final Availability availability;
    private final Troubles troubles;
    private final Producers producers;

    /** The reason why the placement is not the wanted one, as last seen. */
    private String unwanted = "";

    BrokerScenario(long seed, BrokerSwarm swarm, BrokerVariant variant) {
        world = new BrokerWorld(seed, swarm, variant);
        simulator = world.simulator();
        ledger = new Ledger(world);
        ownership = new Ownership(world);
        fleet = new Fleet(world, id -> List.of(ownership.listener(id)));
        world.turns().watch(fleet);
        availability = new Availability(world, fleet, ownership);
        troubles = new Troubles(world, fleet);
        producers = new Producers(world, fleet, ledger);
    }

    /** Runs the whole history. Throws {@link HistoryViolation} or {@link IllegalStateException} for any fault. */
    Simulator run() {
        until(() -> !fleet.serving().isEmpty(), 60 * SECOND, "the first broker");
        createTopics();
        for (int step = 0; step < world.swarm().steps(); step++) {
            troubles.step();
            run(simulator.latency(world.swarm().meanStepMillis() * 1_000_000L));
        }
        calm();
        checkQuiet();
        readAll();
        world.trace("longest gap " + availability.longestMillis() + " ms");
        return simulator;
    }

    private void createTopics() {
        List<Integer> sizes = world.swarm().topics();
        for (int i = 0; i < sizes.size(); i++) {
            String name = "topic" + i;
            int size = sizes.get(i);
            Uuid id = new Uuid(7, i + 1);
            boolean[] isCreated = new boolean[1];
            until(
                    () -> {
                        SimulatedBroker broker = fleet.any(fleet.serving());
                        if (broker != null && !isCreated[0]) {
                            new Catalogue(broker.store(), () -> id)
                                    .create(name, size, TopicConfigs.DEFAULTS)
                                    .whenComplete((created, error) -> isCreated[0] = true);
                        }
                        return isCreated[0];
                    },
                    60 * SECOND,
                    "the creation of " + name);
            for (int partition = 0; partition < size; partition++) {
                producers.begin(new TopicPartition(name, partition));
            }
        }
    }

    /** Runs the world for this time, and checks it all the while. */
    private void run(long nanos) {
        long end = simulator.now() + nanos;
        while (simulator.now() < end) {
            simulator.runFor(Math.min(Availability.LOOK_NANOS, end - simulator.now()));
            fleet.tend();
            ownership.check();
            newestView().ifPresent(availability::look);
            world.throwIfViolated();
        }
    }

    private Optional<ClusterView> newestView() {
        return fleet.all().stream()
                .filter(SimulatedBroker::isServing)
                .map(broker -> broker.cluster().view())
                .max(Comparator.comparingLong(ClusterView::version));
    }

    private void until(BooleanSupplier condition, long nanos, String what) {
        long end = simulator.now() + nanos;
        while (!condition.getAsBoolean()) {
            if (simulator.now() > end) {
                throw new HistoryViolation(
                        "after " + nanos / SECOND + " s there is still not: " + what + "; " + unwanted);
            }
            run(Availability.LOOK_NANOS);
        }
    }

    private void calm() {
        world.trace("calm");
        world.calm();
        world.network().endCuts();
        world.outage().sitOut();
        fleet.all().forEach(SimulatedBroker::calm);
        until(() -> !fleet.isRolling(), ROLL_NANOS * world.swarm().brokers(), "the end of the rolling restart");
        run(SETTLE_NANOS);
        until(this::isConverged, CONVERGENCE_NANOS, "the wanted placement");
        world.trace("converged");
    }

    /** Whether all brokers serve, and each partition is open at the broker that should lead it. */
    private boolean isConverged() {
        MetadataState state = ownership.read(200_000_000);
        if (state == null
                || fleet.isRolling()
                || fleet.serving().size() < world.swarm().brokers()) {
            unwanted = fleet.serving().size() + " of " + world.swarm().brokers() + " brokers serve";
            return false;
        }
        if (fleet.all().stream().anyMatch(SimulatedBroker::isStopping)) {
            return false;
        }
        List<Member> members = new ArrayList<>();
        for (NodeMetadata node : state.nodes()) {
            members.add(new Member(node.id(), node.epoch(), 1, Member.Phase.READY));
        }
        boolean isCurrent = fleet.serving().stream()
                .allMatch(broker -> members.stream()
                        .anyMatch(member -> member.id() == broker.id()
                                && member.epoch() == broker.store().nodeEpoch()));
        if (!isCurrent) {
            unwanted = "the metadata that were read lack a broker that has just started";
            return false;
        }
        Placement placement = new Placement(members);
        ClusterView view = newestView().orElseThrow();
        for (Topic topic : view.topics()) {
            List<Integer> wanted =
                    placement.leaders(topic.name(), topic.partitions().size());
            for (PartitionState partition : topic.partitions()) {
                StreamMetadata stream = state.stream(partition.streamId());
                int owner = wanted.get(partition.index());
                if (stream == null
                        || stream.owner() != owner
                        || Objects.requireNonNull(fleet.broker(owner))
                                .log(partition)
                                .isEmpty()) {
                    unwanted = topic.name() + "-" + partition.index() + " has owner "
                            + (stream == null ? "?" : stream.owner()) + " instead of " + owner;
                    return false;
                }
            }
        }
        return true;
    }

    /** Partitions stay where they are after the convergence. */
    private void checkQuiet() {
        int opened = simulator.counts().getOrDefault("log opened", 0);
        long acknowledged = ledger.acknowledgements();
        run(QUIET_NANOS);
        if (simulator.counts().getOrDefault("log opened", 0) != opened || !isConverged()) {
            throw new HistoryViolation("partitions move although the placement is the wanted one");
        }
        if (ledger.acknowledgements() == acknowledged) {
            throw new HistoryViolation("no client is served after the convergence");
        }
        world.endClients();
        run(4 * SECOND);
    }

    private void readAll() {
        for (SimulatedBroker broker : fleet.all()) {
            broker.cluster().logs().forEach(this::read);
        }
        world.throwIfViolated();
    }

    private void read(PartitionLog log) {
        Ledger.Reading reading = ledger.read(log);
        long next = log.startOffset();
        long end = log.highWatermark();
        while (next < end) {
            CompletableFuture<FetchResult> fetch = log.fetch(next, 40_000);
            simulator.runUntil(fetch::isDone, MAX_EVENTS, "fetch of " + log.name());
            try (FetchResult result = fetch.join()) {
                result.batches().forEach(batch -> reading.take(MemoryRecords.readableRecords(batch.payload())));
                next = result.nextOffset();
            }
        }
        reading.end();
    }
}
