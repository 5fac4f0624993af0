package io.s3stream.core.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.layout.BlockEntry;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A written object is read back before it may be committed [L6]. */
class CompactionOutputTest {

    private static final int PART_BYTES = 5 << 20;
    private static final String KEY = "data/00/1-1-1";

    private final Simulator simulator = new Simulator(1);
    private final SimNode node = new SimNode(simulator, "node", step -> false);
    private int damagedReads;
    private UnaryOperator<ObjectContent> damage = content -> content;

    private final ForwardingObjectStorage storage =
            new ForwardingObjectStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT)) {
                @Override
                public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
                    return super.get(key, range).thenApply(found -> damagedReads-- > 0 ? found.map(damage) : found);
                }
            };

    @AfterEach
    void closeStorage() {
        storage.close();
    }

    @Test
    void objectThatReadsAsWrittenIsCompleted_L6() {
        assertThat(write(PART_BYTES / 2))
                .isCompletedWithValueMatching(object -> object.key().equals(KEY));
    }

    @Test
    void objectInSeveralPartsIsReadBackAsWell_L6() {
        damage = CompactionOutputTest::flipped;
        damagedReads = 2;
        assertFailed(write(2 * PART_BYTES));
    }

    @Test
    void objectWhoseEndDiffersIsNotCompleted_L6() {
        damage = CompactionOutputTest::flipped;
        damagedReads = 2;
        assertFailed(write(PART_BYTES / 2));
    }

    @Test
    void objectOfAnotherSizeIsNotCompleted_L6() {
        damage = content ->
                new ObjectContent(content.data(), content.from(), content.objectSize() - 1, content.version());
        damagedReads = 2;
        assertFailed(write(PART_BYTES / 2));
    }

    @Test
    void singleWrongAnswerIsNotBelieved_R44() {
        damage = CompactionOutputTest::flipped;
        damagedReads = 1;
        assertThat(write(PART_BYTES / 2)).isCompleted();
    }

    private CompletableFuture<CompactedObject> write(int bodyBytes) {
        Retries retries = new Retries(node, node.serialContext("compact"), 3);
        var metrics = StoreMetrics.none().compaction();
        CompactionOutput output = new CompactionOutput(
                storage, new InputReads(storage, retries, metrics), retries, metrics, KEY, PART_BYTES);
        ByteBuffer body = ByteBuffer.allocate(bodyBytes);
        output.add(new BlockEntry(1, 1, 0, 10, 5, 0, body.remaining()), ByteBuffer.allocate(0), body);
        CompletableFuture<CompactedObject> finished = output.finish();
        simulator.runFor(Duration.ofMinutes(1).toNanos());
        return finished;
    }

    private static void assertFailed(CompletableFuture<CompactedObject> written) {
        assertThat(written).isCompletedExceptionally();
        assertThat(Failures.unwrap(written.handle((object, error) -> error).join()))
                .isInstanceOf(CorruptedDataException.class)
                .hasMessageContaining("object=" + KEY);
    }

    private static ObjectContent flipped(ObjectContent content) {
        try (content) {
            ByteBuf copy = Unpooled.copiedBuffer(content.data());
            copy.setByte(0, copy.getByte(0) ^ 1);
            return new ObjectContent(copy, content.from(), content.objectSize(), content.version());
        }
    }
}
