package io.s3stream.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.layout.ObjectIndex.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockTotalsTest {

    private static final long[] EXTREMES = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE};

    @Test
    void sumsAndSearchesAgreeWithScanOfEachBlock() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<BlockEntry> entries = new ArrayList<>();
            long position = 0;
            for (long stream = 1; stream <= 3; stream++) {
                long offset = random.nextInt(5);
                for (int i = random.nextInt(12); i > 0; i--) {
                    long end = offset + 1 + random.nextInt(4);
                    int size = BlockFormat.HEADER_BYTES + 1 + random.nextInt(1000);
                    entries.add(new BlockEntry(stream, 1, offset, end, timestamp(random), position, size));
                    position += size;
                    offset = end + (random.nextInt(4) == 0 ? random.nextInt(3) : 0);
                }
            }
            ByteBuffer tail = ObjectIndex.encodeTail(entries, position);
            ObjectIndex index = ObjectIndex.decode(tail, position + tail.remaining());
            for (int question = 0; question < 50; question++) {
                compare(index, 1 + random.nextInt(4), random, seed);
            }
        }
    }

    private static void compare(ObjectIndex index, long stream, Random random, long seed) {
        long start = random.nextInt(40);
        long end = start + 1 + random.nextInt(20);
        long timestamp = timestamp(random);
        Slice slice = index.slice(stream, start, end);
        long bytes = 0;
        int found = -1;
        for (int i = 0; i < index.entries().size(); i++) {
            BlockEntry entry = index.entries().get(i);
            boolean in = entry.streamId() == stream && entry.baseOffset() < end && entry.endOffset() > start;
            assertThat(i >= slice.from() && i < slice.to())
                    .as("seed %s: entry %s in [%s, %s)", seed, entry, start, end)
                    .isEqualTo(in);
            if (in) {
                bytes += entry.size() - BlockFormat.HEADER_BYTES;
                found = found < 0 && entry.maxTimestamp() >= timestamp ? i : found;
            }
        }
        assertThat(index.recordBytes(slice)).as("seed %s", seed).isEqualTo(bytes);
        assertThat(index.firstReaching(slice, timestamp))
                .as("seed %s: %s in %s", seed, timestamp, index.entries())
                .isEqualTo(found);
    }

    private static long timestamp(Random random) {
        return random.nextInt(8) == 0 ? EXTREMES[random.nextInt(EXTREMES.length)] : random.nextInt(100) - 50;
    }
}
