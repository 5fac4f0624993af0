package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.AppendResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.OffsetStamp;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.OffsetConflictException;
import io.s3stream.api.errors.StoreClosedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An append writes its offset into the payload, as Kafka's batches need it. */
@Timeout(60)
class OffsetStampTest {

    private static final OffsetStamp AT_THE_BEGINNING = (offset, payload) -> payload.putLong(0, offset);
    private static final int PAYLOAD = 100;

    @TempDir
    Path dir;

    private StreamStore store;
    private Stream stream;
    private Stream other;

    @BeforeEach
    void open() {
        store = Stores.open(Stores.in(dir));
        stream = Stores.own(store, "a");
        other = Stores.own(store, "b");
    }

    @AfterEach
    void close() {
        Stores.close(store);
        WatchedParts.awaitNoThreads();
    }

    private static RecordBatch batch(int count) {
        return new RecordBatch(ByteBuffer.allocate(PAYLOAD), count, 1);
    }

    private static void checkStamp(FetchedBatch batch) {
        assertThat(batch.payload().getLong(batch.payload().position())).isEqualTo(batch.baseOffset());
    }

    @Test
    void batchHasItsOffsetFromWriteCacheAndFromWalAndFromObjects() {
        stream.append(batch(3), AT_THE_BEGINNING);
        stream.tryAppend(batch(2), AT_THE_BEGINNING);
        store.appendAll(List.of(
                new StreamAppend(stream, batch(4), AT_THE_BEGINNING),
                new StreamAppend(other, batch(1), AT_THE_BEGINNING),
                new StreamAppend(stream, batch(1), AT_THE_BEGINNING)));
        Stores.get(stream.append(batch(5), AT_THE_BEGINNING).durable());

        Stores.scan(stream, 0, 15, 1000, OffsetStampTest::checkStamp);
        Stores.abandon(store);
        store = Stores.open(Stores.in(dir)); // recovery verifies the checksums
        stream = Stores.own(store, "a");
        Stores.scan(stream, 0, 15, 1000, OffsetStampTest::checkStamp);
    }

    /** The stamp sees the payload alone, and no other bytes of the caller's buffer. */
    @Test
    void stampGetsExactlyThePayload() {
        for (ByteBuffer buffer : List.of(ByteBuffer.allocate(50), ByteBuffer.allocateDirect(50))) {
            buffer.order(ByteOrder.LITTLE_ENDIAN).position(10).limit(30);
            List<Integer> seen = new ArrayList<>();
            stream.append(RecordBatch.of(buffer, 1), (offset, payload) -> {
                seen.add(payload.position());
                seen.add(payload.limit());
                seen.add(payload.capacity());
                payload.putLong(0x0102030405060708L); // moves its own position only
            });
            assertThat(seen).containsExactly(0, 20, 20);
            assertThat(buffer.position()).isEqualTo(10);
            assertThat(buffer.limit()).isEqualTo(30);
            assertThat(buffer.get(10)).isEqualTo((byte) 1);
            assertThat(buffer.get(9)).isZero();
        }
    }

    @Test
    void readOnlyPayloadIsRefusedBeforeItsOffset() {
        RecordBatch readOnly = RecordBatch.of(ByteBuffer.allocate(8).asReadOnlyBuffer(), 1);

        assertThatThrownBy(() -> stream.append(readOnly, AT_THE_BEGINNING))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("payload is read-only");
        assertThat(stream.nextOffset()).isZero();
        Stores.get(stream.append(readOnly).durable());
    }

    @Test
    void missingStampIsRefused() {
        assertThatThrownBy(() -> stream.append(batch(1), null))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("stamp=null");
        assertThatThrownBy(() -> store.appendAll(List.of(new StreamAppend(stream, batch(1), null))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("stamp=null");
        assertThat(stream.nextOffset()).isZero();
    }

    @Test
    void refusedAppendIsNotStamped() {
        AtomicInteger calls = new AtomicInteger();
        OffsetStamp counting = (offset, payload) -> calls.incrementAndGet();
        RecordBatch huge = RecordBatch.of(new byte[stream.maxAppendBytes() + 1], 1);
        assertThatThrownBy(() -> stream.append(huge, counting)).isInstanceOf(InvalidRequestException.class);
        Stores.get(store.seal(stream.id()));
        assertThatThrownBy(() -> stream.append(batch(1), counting)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> store.appendAll(List.of(
                        new StreamAppend(other, batch(1), counting), new StreamAppend(stream, batch(1), counting))))
                .isInstanceOf(RuntimeException.class);
        assertThat(calls).hasValue(0);
    }

    /** Otherwise both batches would get the same offset. */
    @Test
    void stampCannotAppendToItsStream() {
        OffsetStamp nested = (offset, payload) -> stream.tryAppend(batch(1));
        OffsetStamp group = (offset, payload) -> store.tryAppendAll(List.of(new StreamAppend(stream, batch(1))));
        for (OffsetStamp stamp : List.of(nested, group)) {
            assertThatThrownBy(() -> stream.append(batch(1), stamp))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("an OffsetStamp appends to the stream");
            assertThatThrownBy(() -> store.appendAll(List.of(
                            new StreamAppend(other, batch(1), stamp), new StreamAppend(stream, batch(1), stamp))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("an OffsetStamp appends to the stream");
        }
        assertThat(stream.nextOffset()).isZero();
        assertThat(other.nextOffset()).isZero();
        AppendResult next = stream.append(batch(1));
        assertThat(Stores.get(next.durable())).isZero();
    }

    @Test
    void appendIsRefusedIfItsStampClosesTheStream() {
        assertThatThrownBy(() -> stream.append(batch(1), (offset, payload) -> stream.close()))
                .isInstanceOf(StoreClosedException.class);
        assertThatThrownBy(() ->
                        store.appendAll(List.of(new StreamAppend(other, batch(1), (offset, payload) -> other.close()))))
                .isInstanceOf(StoreClosedException.class);
        Stores.get(stream.close());
        Stores.get(other.close());
        assertThat(Stores.own(store, "a").confirmOffset()).isZero();
        assertThat(Stores.own(store, "b").confirmOffset()).isZero();
    }

    @Test
    void tryAppendAtExpectsTheNextOffset() {
        assertThat(Stores.get(stream.tryAppendAt(0, batch(3)).durable())).isZero();
        assertThatThrownBy(() -> stream.tryAppendAt(2, batch(1)))
                .isInstanceOfSatisfying(
                        OffsetConflictException.class,
                        conflict -> assertThat(conflict.nextOffset()).isEqualTo(3));
        assertThat(Stores.get(stream.tryAppendAt(3, batch(1)).durable())).isEqualTo(3);
    }
}
