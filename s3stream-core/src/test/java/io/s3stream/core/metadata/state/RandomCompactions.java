package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.RangeList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Compactions of an earlier state of the model, as a compactor submits them while other nodes trim, delete and compact.
 * Some of them are wrong.
 */
final class RandomCompactions {

    private static final int MAX_WAITING = 4;

    private final Random random;
    private final ModelState model;
    private final Deque<List<CompactedObject>> written = new ArrayDeque<>();

    RandomCompactions(Random random, ModelState model) {
        this.random = random;
        this.model = model;
    }

    Command next(int node, long epoch) {
        if (random.nextInt(3) == 0) {
            return rewrite(node, epoch);
        }
        written.add(write());
        boolean late = written.size() > random.nextInt(MAX_WAITING);
        return new Command.CommitCompaction(node, epoch, late ? written.remove() : written.removeLast());
    }

    /** A rewriting of one stream, with smaller records. */
    private Command rewrite(int node, long epoch) {
        List<CompactedObject> some = write();
        CompactedObject object = some.get(random.nextInt(some.size()));
        if (object.ranges().isEmpty() || random.nextInt(40) == 0) {
            return new Command.CommitRewrite(node, epoch, 1, 0, object); // has not one range
        }
        CompactedRange all = object.ranges().get(random.nextInt(object.ranges().size()));
        long bytes = random.nextInt(40) == 0 ? all.bytes() + 1 : all.bytes() - random.nextLong(all.bytes() + 1);
        CompactedRange less =
                new CompactedRange(all.streamId(), all.start(), all.end(), bytes, all.maxTimestamp(), all.replaced());
        ModelState.Stream stream = model.streams.get(all.streamId());
        return new Command.CommitRewrite(
                node,
                epoch,
                stream.epoch + (random.nextInt(20) == 0 ? 1 : 0),
                all.bytes(),
                new CompactedObject(object.key(), bytes + random.nextInt(3), List.of(less)));
    }

    private List<CompactedObject> write() {
        List<CompactedObject> objects = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            List<CompactedRange> ranges = new ArrayList<>();
            model.streams.forEach((id, stream) -> {
                if (!stream.ranges.isEmpty() && random.nextInt(3) > 0) {
                    ranges.add(compacted(id, stream));
                }
            });
            long bytes = ranges.stream().mapToLong(CompactedRange::bytes).sum();
            objects.add(new CompactedObject(
                    "data/c" + random.nextInt(1000),
                    bytes + (random.nextInt(60) == 0 ? -1 : random.nextInt(3)),
                    ranges));
        }
        return objects;
    }

    private CompactedRange compacted(long id, ModelState.Stream stream) {
        List<RangeList.Range> all = stream.ranges;
        int first = random.nextInt(3) == 0 ? random.nextInt(all.size()) : 0;
        int end = first + 1 + random.nextInt(all.size() - first);
        List<RangeList.Range> inputs = all.subList(first, end);
        long start = inputs.get(0).start();
        long bytes = inputs.stream().mapToLong(RangeList.Range::bytes).sum();
        if (first == 0 && start < stream.start && random.nextBoolean()) {
            start += 1 + random.nextLong(stream.start - start);
            bytes -= Math.min(bytes, 1);
        }
        long timestamp =
                inputs.stream().mapToLong(RangeList.Range::maxTimestamp).max().getAsLong();
        List<Long> replaced =
                new ArrayList<>(inputs.stream().map(RangeList.Range::objectId).toList());
        long last = inputs.get(inputs.size() - 1).end();
        switch (random.nextInt(60)) {
            case 0 -> bytes++;
            case 1 -> timestamp ^= 1;
            case 2 -> start = Math.max(0, start - 1);
            case 3 -> last++;
            case 4 -> replaced.add(0, 1L + random.nextInt(5));
            case 5 -> replaced.remove(0);
            case 6 -> start = last - 1;
            default -> {}
        }
        return new CompactedRange(id, start, last, bytes, timestamp, replaced);
    }
}
