package io.s3stream.simulation.months;

import io.s3stream.core.compact.CompactionPlanner;
import io.s3stream.core.compact.CompactionSettings;
import io.s3stream.core.compact.CompactionTask;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.StateMachine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The metadata of one node, changed by the commands that a store would send. The reads and writes that the store would
 * make go into the ledger.
 */
final class Node {

    private static final int ID = 1;
    private static final UUID SESSION = new UUID(1, 1);
    private static final int BLOCK_OVERHEAD_BYTES = 104;
    private static final int INLINE_BYTES = 16 << 10;
    private static final int RANGE_BYTES = 16; // of a command, about

    private final StateMachine machine = new StateMachine();
    private final MetadataState state = machine.initial(new UUID(0, 0));
    private final CompactionSettings settings;
    private final CompactionPlanner planner;
    private final Ledger ledger;
    private final Map<Long, Set<Long>> streamsOf = new HashMap<>(); // by object: streams with a range in it
    private final Map<Long, Long> epochs = new HashMap<>();
    private final Map<Long, Long> ends = new HashMap<>();
    private final long nodeEpoch;
    private long batches;
    private long committed;
    private long keys;
    private long objects;

    Node(CompactionSettings settings, Ledger ledger) {
        this.settings = settings;
        this.planner = new CompactionPlanner(settings);
        this.ledger = ledger;
        this.nodeEpoch = apply(new Command.RegisterNode(ID, SESSION, List.of())).value();
    }

    MetadataState state() {
        return state;
    }

    long create() {
        long id = apply(new Command.CreateStream(ID, nodeEpoch, "", Map.of())).value();
        epochs.put(id, apply(new Command.OpenStream(ID, nodeEpoch, id, 0)).value());
        ends.put(id, 0L);
        return id;
    }

    void delete(long id) {
        apply(new Command.DeleteStream(ID, nodeEpoch, id));
        epochs.remove(id);
        ends.remove(id);
    }

    /** Records by stream, all in one upload. */
    void upload(Map<Long, Integer> records, int recordBytes, long now) {
        List<UploadedObject> objects = new ArrayList<>();
        List<UploadedRange> shared = new ArrayList<>();
        List<Set<Long>> streams = new ArrayList<>();
        for (Map.Entry<Long, Integer> each : records.entrySet()) {
            long id = each.getKey();
            long start = end(id);
            long bytes = (long) each.getValue() * recordBytes;
            ledger.appendedBytes += bytes;
            UploadedRange range =
                    new UploadedRange(id, epochs.getOrDefault(id, 0L), start, start + each.getValue(), bytes, now);
            ends.put(id, range.end());
            if (bytes >= settings.streamObjectBytes()) {
                objects.add(new UploadedObject(nextKey(), sizeOf(bytes, 1), List.of(range)));
                streams.add(Set.of(id));
            } else {
                shared.add(range);
            }
        }
        if (!shared.isEmpty()) {
            long bytes = shared.stream().mapToLong(UploadedRange::bytes).sum();
            objects.add(new UploadedObject(nextKey(), sizeOf(bytes, shared.size()), shared));
            Set<Long> all = new HashSet<>();
            shared.forEach(range -> all.add(range.streamId()));
            streams.add(all);
        }
        ledger.uploadedBytes += objects.stream().mapToLong(UploadedObject::size).sum();
        ledger.writes += objects.size() + commits(records.size());
        CommittedPosition to = new CommittedPosition(committed + 1, 1, 0, 0);
        apply(new Command.CommitUpload(ID, nodeEpoch, committed++, to, objects, false));
        remember(streams);
    }

    /** Trims to the first range that is younger. */
    void trim(long id, long olderThan) {
        StreamMetadata stream = state.stream(id);
        if (stream == null || stream.ranges().isEmpty()) {
            return;
        }
        RangeList ranges = stream.ranges();
        int kept = ranges.firstReaching(0, olderThan);
        long start = kept < 0 ? stream.committedEnd() : ranges.get(kept).start();
        if (start > stream.startOffset()) {
            apply(new Command.TrimStream(ID, nodeEpoch, id, start));
        }
    }

    List<CompactionTask> plan() {
        return planner.plan(state, ID, id -> false);
    }

    /** Does the work of a compactor, without the bytes. Returns false if no range of the task is left. */
    boolean compact(CompactionTask task) {
        Set<Long> inputs = new HashSet<>();
        TreeSet<Long> streams = new TreeSet<>();
        for (ObjectMetadata input : task.inputs()) {
            inputs.add(input.id());
            streams.addAll(streamsOf.getOrDefault(input.id(), Set.of()));
        }
        List<CompactedObject> objects = new ArrayList<>();
        List<CompactedRange> shared = new ArrayList<>();
        List<Set<Long>> owners = new ArrayList<>();
        long read = 0;
        int ranges = 0;
        for (long id : streams) {
            for (CompactedRange run : runs(id, inputs)) {
                read += run.bytes();
                ranges += run.replaced().size();
                if (run.bytes() >= settings.streamObjectBytes()) {
                    objects.add(new CompactedObject(nextKey(), sizeOf(run.bytes(), 1), List.of(run)));
                    owners.add(Set.of(id));
                } else {
                    shared.add(run);
                }
            }
        }
        if (!shared.isEmpty()) {
            long bytes = shared.stream().mapToLong(CompactedRange::bytes).sum();
            objects.add(new CompactedObject(nextKey(), sizeOf(bytes, shared.size()), shared));
            Set<Long> all = new HashSet<>();
            shared.forEach(range -> all.add(range.streamId()));
            owners.add(all);
        }
        if (objects.isEmpty()) {
            return false;
        }
        count(task, objects, read);
        ledger.writes += commits(ranges);
        apply(new Command.CommitCompaction(ID, nodeEpoch, objects));
        remember(owners);
        return true;
    }

    /** Deletes objects whose grace period is over, as a collector does. */
    void removeRetired() {
        List<Long> ids = state.retiredObjects().stream().map(ObjectMetadata::id).toList();
        if (!ids.isEmpty()) {
            apply(new Command.RemoveObjects(ID, nodeEpoch, ids));
            ids.forEach(streamsOf::remove);
            ledger.writes += commits(ids.size());
        }
    }

    private void count(CompactionTask task, List<CompactedObject> objects, long read) {
        ledger.tasks++;
        long written = objects.stream().mapToLong(CompactedObject::size).sum();
        ledger.gets += task.inputs().size(); // indexes
        if (task.kind() == CompactionTask.Kind.JOIN) {
            ledger.copiedBytes += written;
            ledger.writes += objects.size() * 3L + task.inputs().size();
            return;
        }
        ledger.rewrittenBytes += written;
        long window = Math.max(
                settings.blockBytes(), settings.windowBytes() / task.inputs().size());
        ledger.gets += task.inputs().size() + read / window;
        for (CompactedObject object : objects) {
            long parts = object.size() / settings.partBytes() + 1;
            ledger.writes += parts == 1 ? 1 : parts + 2;
        }
    }

    private List<CompactedRange> runs(long id, Set<Long> inputs) {
        StreamMetadata stream = state.stream(id);
        if (stream == null) {
            return List.of();
        }
        List<CompactedRange> runs = new ArrayList<>();
        RangeList ranges = stream.ranges();
        for (int first = 0; first < ranges.size(); first++) {
            if (inputs.contains(ranges.get(first).objectId())) {
                int end = first + 1;
                while (end < ranges.size() && inputs.contains(ranges.get(end).objectId())) {
                    end++;
                }
                List<Long> replaced = new ArrayList<>();
                long timestamp = Long.MIN_VALUE;
                for (RangeList.Range range : ranges.toList().subList(first, end)) {
                    replaced.add(range.objectId());
                    timestamp = Math.max(timestamp, range.maxTimestamp());
                }
                runs.add(new CompactedRange(
                        id,
                        ranges.get(first).start(),
                        ranges.get(end - 1).end(),
                        ranges.bytes(first, end),
                        timestamp,
                        replaced));
                first = end;
            }
        }
        return runs;
    }

    /** Objects get the next ids, in the order in which they are committed. */
    private void remember(List<Set<Long>> streams) {
        streams.forEach(each -> streamsOf.put(++objects, each));
    }

    private long end(long id) {
        return ends.getOrDefault(id, 0L);
    }

    private String nextKey() {
        return "data/00/" + ID + "-1-" + ++keys;
    }

    private long sizeOf(long recordBytes, int ranges) {
        return recordBytes + (recordBytes / settings.blockBytes() + ranges) * BLOCK_OVERHEAD_BYTES;
    }

    /** The compare-and-set, and an object for a command that is too large for the head. */
    private static int commits(int ranges) {
        return ranges * RANGE_BYTES > INLINE_BYTES ? 2 : 1;
    }

    private CommandResult.Accepted apply(Command command) {
        CommandResult result = machine.apply(state, new Batch(ID, SESSION, ++batches, List.of(command)))
                .get(0);
        if (result instanceof CommandResult.Accepted accepted) {
            return accepted;
        }
        throw new IllegalStateException(command.getClass().getSimpleName() + ": " + result);
    }
}
