package io.s3stream.core.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.cache.TestRecords;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.layout.BlockFormat;
import io.s3stream.spi.storage.ObjectBody;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannedBodyTest {

    private static final int BLOCK_BYTES = 100_000;

    private final TestRecords records = new TestRecords(new SlabPool(1 << 19, 512, new MemoryBudget(1 << 27), 0));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void passesOfAnyKindGiveTheSameCorrectBytes(long seed) {
        Random random = new Random(seed);
        ObjectPlan plan = planOf(random, 1 + random.nextInt(40), 2000, 1 << random.nextInt(15));
        PlannedBody body = new PlannedBody(plan);
        byte[] bytes = join(body.open());

        assertThat(bytes).hasSize((int) body.length());
        for (BlockPlan block : plan.blocks()) {
            assertThatCode(() -> BlockFormat.verify(
                            ByteBuffer.wrap(bytes),
                            (int) block.entry().position(),
                            block.entry().size(),
                            block.entry()))
                    .doesNotThrowAnyException();
        }
        for (int scratchBytes : new int[] {0, 100, 4095, 4096, 10_000, 1 << 18}) {
            assertThat(joinWithScratch(body, ByteBuffer.allocateDirect(scratchBytes), random))
                    .as("scratch of %s bytes", scratchBytes)
                    .isEqualTo(bytes);
        }
    }

    @Test
    void scatteredRecordsAreSentTogether() {
        ObjectPlan plan = planOf(new Random(1), 100, 20_000, 200);
        PlannedBody body = new PlannedBody(plan);

        assertThat(sizes(body.open())).hasSizeLessThan((int) (body.length() / 100_000) + 2);
    }

    @Test
    void largeRecordsAreSentFromTheirSlab() {
        CacheSegment segment = new CacheSegment(CommittedPosition.NONE);
        segment.add(records.next(1, ByteBuffer.allocate(10_000)));
        PlannedBody body = new PlannedBody(ObjectPlan.of(List.copyOf(segment.runs()), BLOCK_BYTES));
        ByteBuffer scratch = ByteBuffer.allocate(8192);

        List<ByteBuffer> pieces = pieces(body.open(scratch));

        assertThat(pieces.stream().map(ByteBuffer::isDirect)).containsExactly(false, true, false);
        assertThat(pieces.get(1).remaining()).isGreaterThan(10_000);
        assertThat(scratch.position())
                .isEqualTo(pieces.get(0).remaining() + pieces.get(2).remaining());
    }

    private ObjectPlan planOf(Random random, int streams, int count, int maxPayload) {
        CacheSegment segment = new CacheSegment(CommittedPosition.NONE);
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[random.nextInt(maxPayload) + 1];
            random.nextBytes(payload);
            segment.add(records.next(random.nextInt(streams), ByteBuffer.wrap(payload)));
        }
        return ObjectPlan.of(List.copyOf(segment.runs()), BLOCK_BYTES);
    }

    private static byte[] join(ObjectBody.Cursor cursor) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pieces(cursor).forEach(piece -> write(piece, all));
        return all.toByteArray();
    }

    /** Consumes the pieces at random times, and destroys the scratch memory after that. */
    private static byte[] joinWithScratch(ObjectBody body, ByteBuffer scratch, Random random) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<ByteBuffer> held = new ArrayList<>();
        ObjectBody.Cursor cursor = body.open(scratch);
        for (ByteBuffer piece = cursor.next(); piece != null; piece = cursor.next()) {
            held.add(piece);
            if (random.nextInt(5) == 0) {
                held.forEach(consumed -> write(consumed, all));
                held.clear();
                scratch.clear();
                scratch.put(new byte[scratch.capacity()]).clear();
            }
        }
        held.forEach(consumed -> write(consumed, all));
        return all.toByteArray();
    }

    private static List<ByteBuffer> pieces(ObjectBody.Cursor cursor) {
        List<ByteBuffer> pieces = new ArrayList<>();
        for (ByteBuffer piece = cursor.next(); piece != null; piece = cursor.next()) {
            pieces.add(piece);
        }
        return pieces;
    }

    private static List<Integer> sizes(ObjectBody.Cursor cursor) {
        return pieces(cursor).stream().map(ByteBuffer::remaining).toList();
    }

    private static void write(ByteBuffer piece, ByteArrayOutputStream to) {
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        to.writeBytes(bytes);
    }
}
