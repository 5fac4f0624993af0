package io.s3stream.kafka.cluster;

import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.api.metadata.MetadataWatch;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.CatalogueIndex;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicDefaults;
import io.s3stream.kafka.cluster.decisions.Assignment;
import io.s3stream.kafka.cluster.decisions.Member;
import io.s3stream.kafka.cluster.decisions.Suspicions;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.partition.PartitionLogs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the metadata, decides, and opens and closes logs. A single serial loop owns the index of topics, the members and the
 * suspicions. A watch of the metadata wakes the loop. While partitions move, the loop reads the metadata more often. Other
 * threads read the view and the logs.
 */
public final class Cluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** The maximum number of partitions that are opened or released together. */
    private static final int AT_ONCE = 256;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int SNAPSHOT_SECONDS = 30;

    private final StreamStore store;
    private final int self;
    private final ClusterParts parts;
    private final ScheduledExecutorService loop;
    private final ClusterListeners listeners = new ClusterListeners();
    private final LedLogs logs;
    private final FrequentReads reads;
    private final RefusalCheck refusals;
    private final Peers peers;
    private final CatalogueIndex index;
    private final Suspicions suspicions;
    private final AtomicBoolean isDecisionDue = new AtomicBoolean();
    private final ViewWaiters waiters = new ViewWaiters();
    private @Nullable MetadataWatch watch;
    private @Nullable CompletableFuture<Void> draining;
    private @Nullable ScheduledFuture<?> nextTakeOver;

    /** Written by the loop. */
    private volatile ClusterView view = new ClusterView(List.of(), List.of(), 0);

    /** Written by the loop. */
    private volatile List<Member> members = List.of();

    /** Written by the loop. */
    private volatile int missing;

    private volatile @Nullable BrokerTags tags;

    /**
     * A cluster that {@link #start} begins.
     *
     * @param opener of the logs; the caller closes it after the store
     * @param defaults of this broker, for the keys that a topic does not set
     */
    public Cluster(StreamStore store, int self, PartitionLogs opener, TopicDefaults defaults) {
        this(store, self, opener, defaults, new ClusterParts());
    }

    /** As {@link #Cluster(StreamStore, int, PartitionLogs, TopicDefaults)}, with other parts. */
    public Cluster(StreamStore store, int self, PartitionLogs opener, TopicDefaults defaults, ClusterParts parts) {
        this.index = new CatalogueIndex(defaults);
        this.store = store;
        this.self = self;
        this.parts = parts;
        this.loop = parts.loop();
        this.peers = parts.peers(new PeerEvents());
        this.suspicions = parts.suspicions(self);
        this.reads = new FrequentReads(store, loop, parts);
        this.refusals = new RefusalCheck(store);
        this.logs = new LedLogs(store, opener, listeners, this::decideSoon, parts);
    }

    /** Adds a listener, before the {@link #start}. */
    public void addListener(ClusterListener listener) {
        listeners.add(listener);
    }

    /**
     * Adds a follower of all streams of the broker's prefix, before the {@link #start}. The loop calls it, before a view
     * of the same update is visible. It must neither block nor throw.
     */
    public void addFollower(Consumer<MetadataUpdate> follower) {
        listeners.add(follower);
    }

    /** Tells the other brokers and the clients that this broker serves clients there. Completes when they can know. */
    public CompletableFuture<Void> start(BrokerAddress address, double weight) {
        BrokerTags ready = new BrokerTags(address.host(), address.port(), weight, Member.Phase.READY, address.rack());
        tags = ready;
        CompletableFuture<Void> set = store.setNodeTags(ready.tags());
        watch = store.watch(CatalogueIndex.prefix(), this::changed);
        return change(set, seen -> seen.broker(self).isPresent());
    }

    /** Gives all partitions to other brokers. Completes when this one leads none, or no other broker is ready. */
    public CompletableFuture<Void> drain() {
        BrokerTags present = tags;
        if (present == null) {
            return CompletableFuture.completedFuture(null);
        }
        Map<String, String> next = present.with(Member.Phase.DRAINING).tags();
        return FutureCalls.of(() -> store.setNodeTags(next)).thenCompose(set -> {
            CompletableFuture<Void> drained = new CompletableFuture<>();
            onLoop(() -> {
                draining = drained;
                completeIfDrained();
            });
            return drained;
        });
    }

    /**
     * Tells the others that clients are served no longer, so that they do not take refused connections for a death.
     * Completes also when they cannot be told.
     */
    public CompletableFuture<Void> leave() {
        BrokerTags present = tags;
        if (present == null) {
            return CompletableFuture.completedFuture(null);
        }
        return parts.completeAfter(
                        PATIENCE,
                        FutureCalls.of(() -> store.setNodeTags(
                                present.with(Member.Phase.LEAVING).tags())))
                .exceptionally(error -> {
                    LOG.info("the other brokers do not know that this one leaves: {}", error.getMessage());
                    return null;
                });
    }

    private void completeIfDrained() {
        boolean isSuccessor =
                members.stream().anyMatch(member -> member.id() != self && member.phase() == Member.Phase.READY);
        boolean isEmpty = logs.all().isEmpty() && logs.busy() == 0;
        if (draining != null && (isEmpty || !isSuccessor)) {
            draining.complete(null);
        }
    }

    /** The topics and brokers as the watch has last told them. */
    public ClusterView view() {
        return view;
    }

    /** The log of a partition, if this broker leads it. */
    public Optional<PartitionLog> log(PartitionState partition) {
        return logs.get(partition.streamId());
    }

    /** Whether each partition has a leader, and is open if that is this broker: then clients find no gap. */
    public boolean isLed(Topic topic) {
        ClusterView seen = view;
        return topic.partitions().stream().allMatch(partition -> isLed(seen, partition));
    }

    /** The number of partitions that this broker should lead and does not lead yet. */
    public int missingPartitions() {
        return Math.max(missing, logs.busy());
    }

    /** All logs that this broker leads. */
    public List<PartitionLog> logs() {
        return logs.all();
    }

    /**
     * Completes with the result of a change of the metadata, when the view shows it, or some seconds after the change.
     */
    public <T> CompletableFuture<T> change(CompletableFuture<T> change, Predicate<ClusterView> isVisible) {
        return change.thenCompose(result -> await(isVisible, PATIENCE).thenApply(seen -> result));
    }

    /**
     * Completes when each of the partitions is led by another broker, or by this one and can be written to. Completes also
     * for a partition that does not exist, and after the limit. So a client that asks during a move learns of the next
     * leader at once, and does not back off.
     */
    public CompletableFuture<Void> whenLed(Collection<TopicPartition> partitions, Duration limit) {
        Predicate<ClusterView> areLed = seen -> partitions.stream()
                .allMatch(name -> seen.partition(name)
                        .map(partition -> isLed(seen, partition))
                        .orElse(true));
        return areLed.test(view) ? CompletableFuture.completedFuture(null) : await(areLed, limit);
    }

    private boolean isLed(ClusterView seen, PartitionState partition) {
        return partition.owner() == self
                ? logs.isServing(partition.streamId())
                : seen.broker(partition.owner()).isPresent();
    }

    /** Completes when the view fulfils the condition, or after the limit. */
    private CompletableFuture<Void> await(Predicate<ClusterView> condition, Duration limit) {
        CompletableFuture<Void> fulfilled = new CompletableFuture<>();
        onLoop(() -> {
            waiters.add(condition, fulfilled);
            waiters.wake(view);
        });
        return parts.completeAfter(limit, fulfilled);
    }

    /** Completes when this broker leads all partitions that it should lead, or after {@link #PATIENCE}. */
    public CompletableFuture<Void> settled() {
        return await(
                seen -> logs.busy() == 0
                        && parts.assignment(self, members, seen.topics()).open().isEmpty(),
                PATIENCE);
    }

    /** The node is silent, as the store's listener tells. */
    public void nodeSuspected(int node, long epoch) {
        onLoop(() -> {
            suspicions.silent(node, epoch, parts.nanoTime());
            takeOver();
        });
    }

    /** The node has shown a sign of life, as the store's listener tells. */
    public void nodeReturned(int node) {
        onLoop(() -> suspicions.alive(node));
    }

    private void changed(MetadataUpdate update) {
        onLoop(() -> {
            List<BrokerAddress> brokers = new ArrayList<>();
            List<Peers.Peer> others = new ArrayList<>();
            List<Member> known = new ArrayList<>();
            for (NodeInfo node : update.snapshot().nodes()) {
                if (node.isOpen()) {
                    known.add(BrokerTags.member(node));
                }
                BrokerTags.of(node).filter(BrokerTags::isServing).ifPresent(serving -> {
                    brokers.add(serving.address(node));
                    if (node.id() != self) {
                        others.add(new Peers.Peer(serving.address(node), node.epoch()));
                    }
                });
            }
            members = List.copyOf(known);
            listeners.updated(update);
            view = new ClusterView(
                    brokers, index.apply(update), update.snapshot().version());
            listeners.viewed(view);
            peers.update(others);
            decide();
            takeOver();
        });
    }

    /** Opening many partitions calls this for each of them; a single decision follows. */
    private void decideSoon() {
        if (!isDecisionDue.getAndSet(true)) {
            onLoop(() -> {
                isDecisionDue.set(false);
                decide();
            });
        }
    }

    private void decide() {
        Assignment assignment = parts.assignment(self, members, view.topics());
        missing = assignment.missing();
        logs.open(assignment.open(), AT_ONCE);
        logs.reopen(view.topics(), self, AT_ONCE);
        logs.release(assignment.release(), AT_ONCE);
        logs.releaseDeleted(view.topics(), AT_ONCE);
        completeIfDrained();
        waiters.wake(view);
        reads.partitions(assignment.moving());
    }

    private void takeOver() {
        long now = parts.nanoTime();
        for (Suspicions.TakeOver takeOver : suspicions.due(members, now)) {
            LOG.info("taking over broker {} epoch {}", takeOver.id(), takeOver.epoch());
            TakeOverOptions options = TakeOverOptions.defaults().ifEpoch(takeOver.epoch());
            FutureCalls.of(() -> store.takeOver(takeOver.id(), options)).whenComplete((report, error) -> {
                if (error == null) {
                    LOG.info("broker {} was taken over: {}", takeOver.id(), report);
                } else {
                    LOG.info("broker {} was not taken over: {}", takeOver.id(), error.getMessage());
                }
            });
        }
        if (nextTakeOver != null) {
            nextTakeOver.cancel(false);
        }
        Long next = suspicions.nextDue(members);
        nextTakeOver = next == null
                ? null
                : loop.schedule(() -> guarded(this::takeOver), Math.max(1_000_000, next - now), TimeUnit.NANOSECONDS);
        reads.suspicion(next != null);
    }

    private void onLoop(Runnable task) {
        execute(loop, task);
    }

    /** Runs a task on the loop, unless the broker is closed. */
    static void execute(Executor loop, Runnable task) {
        try {
            loop.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("the broker is closed: an event is dropped");
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("the loop of the cluster met an error; the next event is handled", e);
        }
    }

    /** Hands what connections tell to the loop. */
    private final class PeerEvents implements Peers.Listener {

        @Override
        public void refused(Peers.Peer peer) {
            onLoop(() -> members.stream()
                    .filter(member -> member.id() == peer.address().id() && member.epoch() == peer.epoch())
                    .forEach(member -> refusals.check(
                            member,
                            refuser -> onLoop(() -> {
                                suspicions.refused(refuser.id(), refuser.epoch(), parts.nanoTime());
                                takeOver();
                            }))));
        }

        @Override
        public void connected(Peers.Peer peer) {
            onLoop(() -> suspicions.accepted(peer.address().id(), peer.epoch()));
        }
    }

    /**
     * Ends the loop, and writes the snapshots of the logs, which are closed with the store. Completes when the snapshots
     * are durable, or their logs have failed.
     */
    public CompletableFuture<Void> stop() {
        if (watch != null) {
            watch.close();
        }
        peers.close();
        loop.shutdownNow();
        return CompletableFuture.allOf(
                logs().stream().map(PartitionLog::writeSnapshot).toArray(CompletableFuture[]::new));
    }

    /** Stops as {@link #stop} does. Blocks, at most {@link #SNAPSHOT_SECONDS} for the snapshots. */
    @Override
    public void close() {
        CompletableFuture<Void> snapshots = stop();
        try {
            snapshots.get(SNAPSHOT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("not all snapshots of producers are written; the next opening replays more", e);
        }
    }
}
