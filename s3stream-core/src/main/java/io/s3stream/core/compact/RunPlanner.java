package io.s3stream.core.compact;

import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.ObjectIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the ranges of the inputs that are still in use. The indexes name the streams that an object may contain; the
 * state names their ranges. Records outside every range are dead. Pure; used once.
 */
final class RunPlanner {

    private final List<CompactionInput> inputs;
    private final MetadataView view;
    private final List<RunPlan> runs = new ArrayList<>();
    private final Map<Long, Integer> found = new HashMap<>();

    private RunPlanner(List<CompactionInput> inputs, MetadataView view) {
        this.inputs = inputs;
        this.view = view;
    }

    /** Returns the runs by stream and offset, the order of blocks in each input. */
    static List<RunPlan> plan(List<CompactionInput> inputs, MetadataView view) {
        RunPlanner planner = new RunPlanner(inputs, view);
        TreeSet<Long> streams = new TreeSet<>();
        inputs.forEach(input -> input.index().entries().forEach(entry -> streams.add(entry.streamId())));
        for (long id : streams) {
            StreamMetadata stream = view.stream(id);
            if (stream != null && !stream.ranges().isEmpty()) {
                planner.add(stream);
            }
        }
        planner.checkAllFound();
        return planner.runs;
    }

    private void add(StreamMetadata stream) {
        RangeList ranges = stream.ranges();
        TreeMap<Integer, CompactionInput> alive = new TreeMap<>();
        for (CompactionInput input : inputs) {
            ObjectIndex.Slice slice = input.index().slice(stream.id(), 0, Long.MAX_VALUE);
            for (int i = slice.from(); i < slice.to(); i++) {
                // A trim may remove the beginning of a block. Its last record is always in the range of the block.
                int at = ranges.indexOf(input.index().entries().get(i).endOffset() - 1);
                if (at >= 0 && ranges.get(at).objectId() == input.object().id()) {
                    alive.put(at, input);
                }
            }
        }
        alive.values().forEach(input -> found.merge(input.object().id(), 1, Integer::sum));
        for (int first : alive.keySet()) {
            if (!alive.containsKey(first - 1)) {
                int end = first + 1;
                while (alive.containsKey(end)) {
                    end++;
                }
                runs.add(run(stream, alive, first, end));
            }
        }
    }

    /**
     * Returns the run of ranges {@code [first, end)} of a stream.
     *
     * @param alive the input of each of these ranges, by index
     */
    static RunPlan run(StreamMetadata stream, SortedMap<Integer, CompactionInput> alive, int first, int end) {
        RangeList ranges = stream.ranges();
        List<Long> replaced = new ArrayList<>();
        List<RunPlan.Block> blocks = new ArrayList<>();
        long maxTimestamp = Long.MIN_VALUE;
        for (Map.Entry<Integer, CompactionInput> part : alive.subMap(first, end).entrySet()) {
            RangeList.Range range = ranges.get(part.getKey());
            CompactionInput input = part.getValue();
            replaced.add(range.objectId());
            maxTimestamp = Math.max(maxTimestamp, range.maxTimestamp());
            ObjectIndex.Slice slice =
                    input.index().slice(stream.id(), Math.max(range.start(), stream.startOffset()), range.end());
            for (BlockEntry entry : input.index().entries().subList(slice.from(), slice.to())) {
                blocks.add(new RunPlan.Block(input, entry));
            }
        }
        return new RunPlan(
                stream.id(),
                ranges.get(first).start(),
                stream.startOffset(),
                ranges.get(end - 1).end(),
                ranges.bytes(first, end),
                maxTimestamp,
                replaced,
                blocks);
    }

    /**
     * Checks that the indexes contain all ranges of the inputs. The number of ranges of an object never grows, so the
     * later count cannot exceed the number found. Ranges of a deleted stream count until they are released, so pending
     * releases must be checked first. If a stream was deleted before it was looked up, its release is then either
     * complete or visible.
     */
    private void checkAllFound() {
        if (view.hasReleases()) {
            return;
        }
        for (CompactionInput input : inputs) {
            ObjectMetadata now = view.object(input.object().id());
            int ranges = found.getOrDefault(input.object().id(), 0);
            if (now != null && now.liveRanges() > ranges) {
                throw new DamagedInputException(
                        now,
                        now.liveRanges() + " ranges of streams name the object, but its index has only " + ranges
                                + " of them",
                        null);
            }
        }
    }
}
