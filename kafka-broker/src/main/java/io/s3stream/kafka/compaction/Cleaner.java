package io.s3stream.kafka.compaction;

import io.s3stream.api.StreamStore;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans the compacted partitions that this broker leads, one after the other, and first those with the greatest share
 * of dirty bytes. It owns a thread, which blocks while the store reads and rewrites.
 */
public final class Cleaner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);

    private final StreamStore store;
    private final Cluster cluster;
    private final CleanerSettings settings;
    private final LongSupplier clock;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kafka-cleaner");
        thread.setDaemon(true);
        return thread;
    });

    /** The state of idle partitions, as it was when no cleaning was due. Confined to the loop. */
    private final Map<PartitionLog, Idle> idle = new WeakHashMap<>();

    /** A partition with the same end and configuration has nothing new to clean, unless time makes it due. */
    private record Idle(long highWatermark, long lastStableOffset, TopicConfigs configs) {}

    private record Due(PartitionLog log, PartitionCleaning cleaning, double dirtyRatio) {}

    /**
     * A cleaner that {@link #start} begins.
     *
     * @param clock wall clock in milliseconds, which the timestamps of records come from
     */
    public Cleaner(StreamStore store, Cluster cluster, CleanerSettings settings, LongSupplier clock) {
        this.store = store;
        this.cluster = cluster;
        this.settings = settings;
        this.clock = clock;
    }

    /** Begins the rounds. */
    public void start() {
        long millis = settings.interval().toMillis();
        loop.scheduleWithFixedDelay(this::round, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            List<Due> due = new ArrayList<>();
            for (Topic topic : cluster.view().topics()) {
                if (topic.configs().isCompacted()
                        && !org.apache.kafka.common.internals.Topic.isInternal(topic.name())) {
                    for (PartitionState partition : topic.partitions()) {
                        cluster.log(partition).ifPresent(log -> look(log, topic.configs(), due));
                    }
                }
            }
            due.sort(Comparator.comparingDouble(Due::dirtyRatio).reversed());
            for (Due one : due) {
                guarded(one.log(), () -> one.cleaning().run(one.cleaning().plan()));
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("event=cleaning-failed; the next round tries again", e);
        }
    }

    private void look(PartitionLog log, TopicConfigs configs, List<Due> due) {
        Idle present = new Idle(log.highWatermark(), log.lastStableOffset(), configs);
        if (present.equals(idle.get(log)) || loop.isShutdown()) {
            return;
        }
        guarded(log, () -> {
            PartitionCleaning cleaning = new PartitionCleaning(store, log, configs, settings.mapBytes(), clock);
            CleaningPlan plan = cleaning.plan();
            if (cleaning.isDue(plan)) {
                due.add(new Due(log, cleaning, plan.dirtyRatio()));
            } else if (isIdle(plan, present)) {
                idle.put(log, present);
            }
        });
    }

    /** Whether neither an upload nor time can make a cleaning due. */
    private static boolean isIdle(CleaningPlan plan, Idle present) {
        boolean hasLag =
                present.configs().minCompactionLagMs() > 0 || present.configs().maxCompactionLagMs() < Long.MAX_VALUE;
        return plan.to() == present.lastStableOffset() && (plan.from() == plan.to() || !hasLag);
    }

    /** A step that may fail, and that an interrupt of the thread ends. */
    private interface Step {
        void run() throws ExecutionException, InterruptedException;
    }

    private void guarded(PartitionLog log, Step step) {
        if (loop.isShutdown()) {
            return;
        }
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by close
        } catch (ExecutionException | RuntimeException | Error e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            LOG.warn("event=cleaning-failed partition={}; the next round tries again", log.name(), cause);
        }
    }

    /** Ends the rounds. Does not wait: a rewriting in progress continues until the store closes, and loses nothing. */
    @Override
    public void close() {
        loop.shutdownNow();
    }
}
