package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.CoreStoreProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A payload that changes or becomes unreadable before its append completes. Other streams do not notice. */
@Timeout(60)
class BadPayloadTest {

    @TempDir
    Path dir;

    private final FaultyWals wals = new FaultyWals();
    private StreamStore store;
    private Stream good;
    private Stream bad;

    @BeforeEach
    void open() {
        store = Stores.get(new CoreStoreProvider(wals).open(Stores.in(dir)));
        good = Stores.own(store, "good");
        bad = Stores.own(store, "bad");
    }

    @AfterEach
    void close() {
        Stores.close(store);
        WatchedParts.awaitNoThreads();
    }

    @Test
    void movedLimitOrPositionDoesNotMatter() {
        List<AppendResult> results = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ByteBuffer buffer = ByteBuffer.allocate(1000).put(7, (byte) i);
            buffer.position(5).limit(500);
            results.add(bad.append(RecordBatch.of(buffer, 1)));
            buffer.limit(0);
        }
        for (int i = 0; i < results.size(); i++) {
            assertThat(Stores.get(results.get(i).durable())).isEqualTo(i);
        }
        Stores.scan(bad, 0, 200, 100_000, batch -> {
            assertThat(batch.payload().remaining()).isEqualTo(495);
            assertThat(batch.payload().get(batch.payload().position() + 2)).isEqualTo((byte) batch.baseOffset());
        });
    }

    /** The usual mistake: the batch was made, then the same buffer was written to another place, too. */
    @Test
    void consumedBufferIsRefusedAtOnce() {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3});
        RecordBatch batch = RecordBatch.of(buffer, 1);
        buffer.position(3);

        assertThat(catchThrowable(() -> bad.tryAppend(batch)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("payload is empty");
        assertThat(catchThrowable(() -> bad.append(batch))).isInstanceOf(InvalidRequestException.class);
        assertThat(catchThrowable(() -> store.appendAll(
                        List.of(new StreamAppend(good, RecordBatch.of("x", 1)), new StreamAppend(bad, batch)))))
                .isInstanceOf(InvalidRequestException.class);

        buffer.rewind();
        assertThat(Stores.get(bad.append(batch).durable())).isZero();
        assertThat(Stores.get(good.append(RecordBatch.of("x", 1)).durable())).isZero();
        Stores.get(store.flush());
    }

    /**
     * Reading the payload throws an Error in the append context. Its stream ends in order, and others continue in the
     * same frames.
     */
    @Test
    void truncatedMappedFileEndsItsStreamOnly() throws IOException {
        Stores.get(good.append(RecordBatch.of("before", 1)).durable());
        List<AppendResult> fine = new ArrayList<>();
        fine.add(bad.append(RecordBatch.of("fine", 1)));
        Path file = dir.resolve("mapped");
        AppendResult broken;
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1 << 16));
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 1 << 16);
            channel.truncate(0);
            broken = tryAppend(mapped);
        }
        AppendResult behind = broken == null ? null : follow();
        AppendResult other = good.append(RecordBatch.of("other", 1));

        assertThat(Stores.get(fine.get(0).durable())).isZero();
        assertThat(Stores.get(other.durable())).isEqualTo(1);
        if (broken != null) {
            assertThat(outcome(broken)).isEqualTo(Outcome.NOT_WRITTEN);
            if (behind != null) {
                assertThat(outcome(behind)).isEqualTo(Outcome.NOT_WRITTEN);
            }
            assertThat(catchThrowable(() -> bad.append(RecordBatch.of("late", 1))))
                    .isInstanceOf(StreamException.class)
                    .hasMessageContaining("cannot be read");
        }
        assertThat(bad.confirmOffset()).isEqualTo(1);

        Stores.get(bad.close());
        Stream again = Stores.own(store, "bad");
        assertThat(Stores.get(again.append(RecordBatch.of("again", 1)).durable()))
                .isEqualTo(1);
        Stores.get(store.flush());
        Files.delete(file);
    }

    @Test
    void groupWithUnreadablePayloadIsNotWrittenAtAll() throws IOException {
        Stream third = Stores.own(store, "third");
        Path file = dir.resolve("mapped");
        List<AppendResult> group = List.of();
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1 << 16));
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 1 << 16);
            channel.truncate(0);
            group = store.appendAll(List.of(
                    new StreamAppend(third, RecordBatch.of("x", 1)), new StreamAppend(bad, RecordBatch.of(mapped, 1))));
        } catch (StreamException refusedAtOnce) {
            assertThat(third.nextOffset()).isZero();
        }
        for (AppendResult result : group) {
            assertThat(outcome(result)).isEqualTo(Outcome.NOT_WRITTEN);
        }
        assertThat(Stores.get(good.append(RecordBatch.of("x", 1)).durable())).isZero();
        assertThat(third.confirmOffset()).isZero();
        assertThat(bad.confirmOffset()).isZero();
    }

    private AppendResult tryAppend(ByteBuffer payload) {
        try {
            return bad.append(RecordBatch.of(payload, 1));
        } catch (StreamException refusedAtOnce) {
            return null;
        }
    }

    /** Appends behind the broken append, if the stream still accepts appends. */
    private AppendResult follow() {
        try {
            return bad.append(RecordBatch.of("behind", 1));
        } catch (StreamException refused) {
            return null;
        }
    }

    private static Outcome outcome(AppendResult result) {
        return ((AppendFailedException) Stores.failure(result::durable)).outcome();
    }
}
