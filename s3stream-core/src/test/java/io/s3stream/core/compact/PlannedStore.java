package io.s3stream.core.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import io.s3stream.core.metadata.state.MetadataInvariants;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.spi.wal.WalDescriptor;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** A real state with real commands and without data: uploads and compactions exist in the metadata only. */
final class PlannedStore {

    static final int NODE = 3;

    /** Bytes of index and footer. Each block adds its own. */
    private static final long FRAME_BYTES = 56;

    private static final long BLOCK_BYTES = 104;

    private final StateMachine machine = new StateMachine();
    private final MetadataState state = machine.initial(new UUID(1, 1));
    private final UUID session = new UUID(2, 2);
    private final CompactionSettings settings;
    private final CompactionPlanner planner;
    private long number;
    private long counter;
    private long sequence;
    long bytesUploaded;
    long bytesCompacted;
    int tasks;

    PlannedStore(CompactionSettings settings) {
        this.settings = settings;
        this.planner = new CompactionPlanner(settings);
        submit(new Command.RegisterNode(NODE, session, List.of()));
    }

    MetadataState state() {
        return state;
    }

    Accepted submit(Command command) {
        return submitAs(NODE, command);
    }

    long openStream() {
        long id = submit(new Command.CreateStream(NODE, 1, "", Map.of())).value();
        submit(new Command.OpenStream(NODE, 1, id, 0));
        return id;
    }

    void trim(long stream, long newStart) {
        submit(new Command.TrimStream(NODE, 1, stream, newStart));
    }

    /**
     * Uploads the given number of bytes of each stream, one offset per byte. A large stream gets an object of its own.
     */
    void upload(Map<Long, Long> bytesOfStreams) {
        List<UploadedObject> objects = new ArrayList<>();
        List<UploadedRange> shared = new ArrayList<>();
        bytesOfStreams.forEach((id, bytes) -> {
            StreamMetadata stream = state.stream(id);
            UploadedRange range = new UploadedRange(
                    id, stream.epoch(), stream.committedEnd(), stream.committedEnd() + bytes, bytes, 0);
            bytesUploaded += bytes;
            if (bytes >= settings.streamObjectBytes()) {
                objects.add(new UploadedObject(nextKey(), size(bytes, 1), List.of(range)));
            } else {
                shared.add(range);
            }
        });
        if (!shared.isEmpty()) {
            long bytes = shared.stream().mapToLong(UploadedRange::bytes).sum();
            objects.add(new UploadedObject(nextKey(), size(bytes, shared.size()), shared));
        }
        submit(new Command.CommitUpload(
                NODE, 1, sequence, new CommittedPosition(++sequence, 1, sequence, 0), objects, false));
    }

    List<CompactionTask> plan() {
        return planner.plan(state, NODE, id -> false);
    }

    /** Runs the planner's tasks until the planner returns none. */
    void compact() {
        for (List<CompactionTask> planned = plan(); !planned.isEmpty(); planned = plan()) {
            TreeSet<Long> touched = new TreeSet<>();
            for (CompactionTask task : planned) {
                task.inputs()
                        .forEach(input -> assertThat(touched.add(input.id()))
                                .as("%s has an object of another task", task)
                                .isTrue());
                compact(task);
                assertThat(++tasks).as("tasks").isLessThan(1_000_000);
            }
        }
        MetadataInvariants.check(state);
    }

    /** Registers another node and begins a WAL generation of it. */
    void openNode(int node) {
        submitAs(node, new Command.RegisterNode(node, session(node), List.of()));
        openGeneration(node);
    }

    void openGeneration(int node) {
        WalDescriptor descriptor =
                new WalDescriptor(URI.create("store:/"), 1L << 16, 1, 512, 1 << 20, 4, 1 << 20, 1 << 30, Map.of());
        long first = state.node(node).committed().sequence() + 1;
        submitAs(node, new Command.OpenGeneration(node, 1, descriptor, first));
    }

    private UUID session(int node) {
        return node == NODE ? session : new UUID(node, node);
    }

    private Accepted submitAs(int node, Command command) {
        CommandResult result = machine.apply(state, new Batch(node, session(node), ++number, List.of(command)))
                .get(0);
        assertThat(result).as(command.toString()).isInstanceOf(Accepted.class);
        return (Accepted) result;
    }

    /** Commits the compaction as the node. Returns the streams that rejected it. */
    List<Long> commit(int node, List<CompactedObject> objects) {
        return submitAs(node, new Command.CommitCompaction(node, 1, objects)).streams();
    }

    private void compact(CompactionTask task) {
        TreeSet<Long> inputs = new TreeSet<>();
        task.inputs().forEach(input -> inputs.add(input.id()));
        List<CompactedObject> objects = compacted(task);
        objects.forEach(object -> bytesCompacted +=
                object.ranges().stream().mapToLong(CompactedRange::bytes).sum());
        assertThat(commit(NODE, objects)).isEmpty();
        inputs.forEach(id -> assertThat(state.object(id).isRetired()).isTrue());
        submit(new Command.RemoveObjects(NODE, 1, List.copyOf(inputs)));
    }

    /** Returns the objects that a compactor would write. */
    List<CompactedObject> compacted(CompactionTask task) {
        TreeSet<Long> inputs = new TreeSet<>();
        task.inputs().forEach(input -> inputs.add(input.id()));
        List<CompactedObject> objects = new ArrayList<>();
        List<CompactedRange> shared = new ArrayList<>();
        for (StreamMetadata stream : state.streams("")) {
            for (CompactedRange run : runs(stream, inputs)) {
                if (run.bytes() >= settings.streamObjectBytes()) {
                    objects.add(new CompactedObject(nextKey(), size(run.bytes(), 1), List.of(run)));
                } else {
                    shared.add(run);
                }
            }
        }
        if (!shared.isEmpty()) {
            long bytes = shared.stream().mapToLong(CompactedRange::bytes).sum();
            objects.add(new CompactedObject(nextKey(), size(bytes, shared.size()), shared));
        }
        return objects;
    }

    private static List<CompactedRange> runs(StreamMetadata stream, TreeSet<Long> inputs) {
        List<CompactedRange> runs = new ArrayList<>();
        RangeList ranges = stream.ranges();
        for (int first = 0; first < ranges.size(); first++) {
            int end = first;
            List<Long> replaced = new ArrayList<>();
            while (end < ranges.size() && inputs.contains(ranges.get(end).objectId())) {
                replaced.add(ranges.get(end).objectId());
                end++;
            }
            if (end > first) {
                runs.add(new CompactedRange(
                        stream.id(),
                        ranges.get(first).start(),
                        ranges.get(end - 1).end(),
                        ranges.bytes(first, end),
                        0,
                        replaced));
                first = end;
            }
        }
        return runs;
    }

    private long size(long bytes, int ranges) {
        return bytes + FRAME_BYTES + BLOCK_BYTES * (ranges + bytes / settings.blockBytes());
    }

    private String nextKey() {
        return ObjectKeys.data(NODE, 1, ++counter);
    }

    List<ObjectMetadata> objects() {
        List<ObjectMetadata> all = new ArrayList<>();
        state.forEachObject(all::add);
        return all;
    }

    /** Numbers of objects by their numbers of used ranges: objects of several streams, and objects of one. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        objects()
                .forEach(object -> counts.merge(
                        object.liveRanges() > 1 || object.liveBytes() < settings.streamObjectBytes()
                                ? "shared"
                                : "stream",
                        1,
                        Integer::sum));
        return counts;
    }
}
