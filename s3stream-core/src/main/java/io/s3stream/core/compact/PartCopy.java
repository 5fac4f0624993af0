package io.s3stream.core.compact;

import io.s3stream.layout.BlockEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * A run that the object storage can copy by itself, in parts: blocks do not depend on where they stand, so stretches of whole
 * blocks are joined as they are. Pure.
 *
 * @param stretches in the order of the run
 */
record PartCopy(List<Stretch> stretches) {

    /** S3's limit. */
    private static final long MOST_BYTES = 5L << 30;

    /** Blocks of one input that stand one behind the other. */
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

    /** The stretches of a run, each as long as blocks of one input stand one behind the other. */
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

    /** Whether each stretch may be a part of an upload. */
    boolean isPossible(long leastBytes) {
        return stretches.stream().allMatch(stretch -> stretch.length() >= leastBytes && stretch.length() <= MOST_BYTES);
    }
}
