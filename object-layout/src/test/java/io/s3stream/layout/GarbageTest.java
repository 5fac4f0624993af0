package io.s3stream.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.CorruptedDataException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Feeds damaged bytes to the decoders, both with wrong checksums and with repaired ones. A decoder accepts the bytes or
 * throws {@link CorruptedDataException}. A decoder never throws another exception, hangs, or allocates by an unverified
 * length field.
 *
 * <p>{@code -Dseed=…} replays a run.
 */
class GarbageTest {

    private static final int ROUNDS = 60_000;

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private final Mutator mutator = new Mutator(random);

    private void feed(ByteBuffer original, UnaryOperator<ByteBuffer> reseal, Consumer<ByteBuffer> decoder) {
        System.out.println("GarbageTest -Dseed=" + seed);
        decoder.accept(original);
        int[] refused = {0};
        long allocated = Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            long most = 0;
            for (int round = 0; round < ROUNDS; round++) {
                ByteBuffer mutated = mutator.mutate(original);
                ByteBuffer bytes = round % 2 == 0 ? mutated : reseal.apply(mutated);
                most = Math.max(most, Allocation.during(() -> refused[0] += accepts(decoder, bytes) ? 0 : 1));
            }
            return most;
        });
        assertThat(allocated).as("bytes, -Dseed=%d", seed).isLessThan(Allocation.OF_A_REFUSAL);
        assertThat(refused[0]).as("refused, -Dseed=%d", seed).isBetween(ROUNDS / 2, ROUNDS);
    }

    private boolean accepts(Consumer<ByteBuffer> decoder, ByteBuffer bytes) {
        try {
            decoder.accept(bytes);
            return true;
        } catch (CorruptedDataException expected) {
            assertThat(expected.getMessage()).isNotEmpty();
            return false;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError("-Dseed=" + seed + ": not a CorruptedDataException", e);
        }
    }

    @Test
    void recordDecoderThrowsOnlyCorruptedData() {
        feed(Samples.record(11, 100, 2, Samples.payload(10, 1)), bytes -> bytes, Decoders::record);
    }

    @Test
    void frameDecoderThrowsOnlyCorruptedData() {
        feed(Samples.frame().limit(260), Resealing::frameHeader, Decoders::frame);
    }

    @Test
    void blockDecoderThrowsOnlyCorruptedData() {
        ByteBuffer block = Samples.block(11, 100, 2, 2);
        BlockEntry entry = Samples.entry(block, 0);
        feed(block, Resealing::blockHeader, bytes -> Decoders.block(bytes, entry));
    }

    @Test
    void indexDecoderThrowsOnlyCorruptedData() {
        feed(Samples.object(), Resealing::tail, Decoders::object);
    }

    @Test
    void keyParserThrowsOnlyCorruptedData() {
        String alphabet = "data/0123456789abcdef-/9٣\u0000";
        String original = ObjectKeys.data(3, 17, 42);
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder key = new StringBuilder(original);
            for (int i = random.nextInt(4); i >= 0; i--) {
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                key.insert(random.nextInt(key.length() + 1), String.valueOf(c).repeat(1 + random.nextInt(12)));
            }
            accepts(bytes -> ObjectKeys.parse(key.toString()), ByteBuffer.allocate(0));
        }
    }
}
