package io.s3stream.kafka.compaction;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.api.tools.RewriteReport;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.producers.ProducerEntry;
import io.s3stream.kafka.producers.RecentBatch;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans and runs the cleanings of one partition. Its methods block, and belong to the cleaner's thread. */
final class PartitionCleaning {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionCleaning.class);

    private static final int FETCH_BYTES = 4 << 20;

    private final StreamStore store;
    private final PartitionLog log;
    private final TopicConfigs configs;
    private final int mapBytes;
    private final LongSupplier clock;

    PartitionCleaning(StreamStore store, PartitionLog log, TopicConfigs configs, int mapBytes, LongSupplier clock) {
        this.store = store;
        this.log = log;
        this.configs = configs;
        this.mapBytes = mapBytes;
        this.clock = clock;
    }

    /** The keys of a part of a log. */
    private record Keys(LatestOffsets latest, long end) {}

    private StreamInfo describe() throws ExecutionException, InterruptedException {
        return store.describeStream(log.stream().id())
                .get()
                .orElseThrow(() -> new StreamNotFoundException(log.name() + " was deleted"));
    }

    /** Finds the part that can be cleaned now. Only data in object storage count: a rewriting reaches no others. */
    CleaningPlan plan() throws ExecutionException, InterruptedException {
        StreamInfo info = describe();
        long from = Math.max(CleaningProgress.ofTags(info.tags()).cleanedTo(), log.startOffset());
        long to = Math.min(log.lastStableOffset(), info.committedEnd());
        if (configs.minCompactionLagMs() > 0) {
            OptionalLong young = log.stream()
                    .offsetForTimestamp(clock.getAsLong() - configs.minCompactionLagMs() + 1)
                    .get();
            to = Math.min(to, young.orElse(Long.MAX_VALUE));
        }
        return CleaningPlan.of(from, to, store.describeRanges(log.stream().id()).get());
    }

    /** Whether a cleaning is due. Reads a batch only if age alone could make it due. */
    boolean isDue(CleaningPlan plan) throws ExecutionException, InterruptedException {
        long now = clock.getAsLong();
        if (!plan.isDirty() || plan.isDue(configs, -1, now) || configs.maxCompactionLagMs() == Long.MAX_VALUE) {
            return plan.isDue(configs, -1, now);
        }
        try (FetchResult first = log.fetch(plan.from(), 1).get()) {
            return plan.isDue(configs, first.batches().get(0).maxTimestamp(), now);
        }
    }

    /** Cleans the part in the plan. Takes several passes if the map of keys is full before the end. */
    void run(CleaningPlan plan) throws ExecutionException, InterruptedException {
        long from = plan.from();
        while (from < plan.to()) {
            Keys keys = keys(from, plan.to());
            pass(from, keys);
            from = keys.end();
        }
    }

    /** Reads keys until the map is full, at least those of one batch. */
    private Keys keys(long from, long to) throws ExecutionException, InterruptedException {
        LatestOffsets latest = new LatestOffsets(mapBytes);
        AbortedBatches aborted = new AbortedBatches(log.abortedTransactions(from, to));
        long next = from;
        while (next < to) {
            try (FetchResult result = log.fetch(next, to, FETCH_BYTES).get()) {
                for (FetchedBatch fetched : result.batches()) {
                    MutableRecordBatch batch = only(fetched);
                    if (batch != null && !batch.isControlBatch() && !aborted.contains(batch)) {
                        int keys = batch.countOrNull();
                        if (!latest.hasRoom(keys) && latest.size() > 0) {
                            return new Keys(latest, fetched.baseOffset());
                        }
                        if (!latest.hasRoom(keys)) {
                            latest = new LatestOffsets(LatestOffsets.bytesFor(keys));
                        }
                        latest.add(batch);
                    }
                    next = fetched.endOffset();
                }
            }
        }
        return new Keys(latest, to);
    }

    private static @Nullable MutableRecordBatch only(FetchedBatch fetched) {
        return fetched.isDropped()
                ? null
                : MemoryRecords.readableRecords(fetched.payload())
                        .batchIterator()
                        .next();
    }

    private void pass(long from, Keys keys) throws ExecutionException, InterruptedException {
        long began = clock.getAsLong();
        long end = keys.end();
        Set<Long> lastOfProducers = lastOfProducers(); // first: after the snapshot these batches are durable
        log.writeSnapshot().get();
        if (!log.hasSnapshotAt(end)) {
            throw new IllegalStateException(log.name() + " has no snapshot of its producers at offset " + end
                    + ", and cannot be cleaned without");
        }
        CleaningProgress before = CleaningProgress.ofTags(describe().tags());
        CompactionFilter filter = new CompactionFilter(new CompactionFilter.Scope(
                end,
                before.removableBefore(began, configs.deleteRetentionMs()),
                keys.latest(),
                new AbortedBatches(log.abortedTransactions(log.startOffset(), end)),
                lastOfProducers));
        RewriteReport report = store.rewrite(log.stream().id(), 0, end, filter).get();
        remember(end);
        LOG.info(
                "event=cleaned partition={} dirtyFrom={} to={} keys={} batches={} changed={} dropped={}"
                        + " bytesBefore={} bytesAfter={}",
                log.name(),
                from,
                end,
                keys.latest().size(),
                report.batches(),
                report.changed(),
                report.dropped(),
                report.bytesBefore(),
                report.bytesAfter());
    }

    private Set<Long> lastOfProducers() {
        Set<Long> offsets = new HashSet<>();
        for (ProducerEntry producer : log.producers()) {
            List<RecentBatch> batches = producer.batches();
            if (!batches.isEmpty()) {
                offsets.add(batches.get(batches.size() - 1).lastOffset());
            }
        }
        return offsets;
    }

    private void remember(long end) throws ExecutionException, InterruptedException {
        StreamInfo info = describe();
        CleaningProgress after =
                CleaningProgress.ofTags(info.tags()).after(end, clock.getAsLong(), configs.deleteRetentionMs());
        store.updateTags(info.id(), info.tags(), after.in(info.tags())).get();
    }
}
