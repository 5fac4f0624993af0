package io.s3stream.core.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.core.verify.PatientStorage;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectCopierTest {

    private static final int PIECE = 16 << 20;
    private static final String KEY = "data/ab/1-1-1";

    private final SimNode node = new SimNode(new Simulator(1), "tool", step -> false);
    private final ObjectStorage source = new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT);
    private final ObjectStorage target = new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT);
    private final ObjectCopier copier = new ObjectCopier(patient(source), target, patient(target));

    @ParameterizedTest
    @ValueSource(ints = {1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 12_345})
    void everyByteIsCopiedForAnyNumberOfPieces(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        source.put(KEY, ObjectBody.of(bytes), PutCondition.ALWAYS).join();

        copier.copy(KEY, size).join();

        try (ObjectContent copy = target.get(KEY, ByteRange.WHOLE).join().orElseThrow()) {
            assertThat(copy.data().nioBuffer()).isEqualTo(ByteBuffer.wrap(bytes));
        }
        assertThat(target.listMultiparts("").join()).isEmpty();
    }

    /**
     * The metadata name more bytes than the object has. The shortfall is in the second piece, while the first is in
     * flight.
     */
    @Test
    void objectThatEndsTooEarlyIsNotCopiedAndItsUploadIsRemoved() {
        source.put(KEY, ObjectBody.of(new byte[PIECE + 100]), PutCondition.ALWAYS)
                .join();

        CompletableFuture<Void> copy = copier.copy(KEY, PIECE + 200);

        assertThat(copy)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(CorruptedDataException.class);
        assertThat(target.head(KEY).join()).isEmpty();
        assertThat(target.listMultiparts("").join()).isEmpty();
    }

    private PatientStorage patient(ObjectStorage storage) {
        return new PatientStorage(storage, node, node.serialContext("copy"));
    }
}
