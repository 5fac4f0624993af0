package io.s3stream.core.compact;

import io.s3stream.layout.BlockEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * A run that the object storage can copy by itself, in parts. Blocks do not depend on their position, so stretches of
 * whole blocks are joined unchanged. Pure.
 *
 * @param stretches in the order of the run
 */
record PartCopy(List<Stretch> stretches) {

    /** The maximum of S3. */
    private static final long MAX_BYTES = 5L << 30;

    /** Adjacent blocks of one input. */
    record Stretch(CompactionInput input, List<BlockEntry> blocks) {

        long from() {
            return blocks.get(0).position();
        }

        long length() {
            BlockEntry last = blocks.get(blocks.size() - 1);
            return last.position() + last.size() - from();
        }
    }

    PartCopy {
        stretches = List.copyOf(stretches);
    }

    /** Returns the stretches of a run, each as long as possible. */
    static PartCopy of(RunPlan plan) {
        List<Stretch> stretches = new ArrayList<>();
        RunPlan.Block before = null;
        for (RunPlan.Block block : plan.blocks()) {
            boolean follows = before != null
                    && before.input().equals(block.input())
                    && before.entry().position() + before.entry().size()
                            == block.entry().position();
            if (!follows) {
                stretches.add(new Stretch(block.input(), new ArrayList<>()));
            }
            stretches.get(stretches.size() - 1).blocks().add(block.entry());
            before = block;
        }
        return new PartCopy(stretches);
    }

    /** Returns whether each stretch may be a part of an upload. */
    boolean isPossible(long leastBytes) {
        return stretches.stream().allMatch(stretch -> stretch.length() >= leastBytes && stretch.length() <= MAX_BYTES);
    }
}
