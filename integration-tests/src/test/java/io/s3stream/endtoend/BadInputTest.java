package io.s3stream.endtoend;

import static io.s3stream.endtoend.Stores.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CloseReason;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.AlreadyExistsException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.OffsetConflictException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong calls at wrong times: a clear error names the mistake, and no data is lost. */
@Timeout(60)
class BadInputTest {

    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    @TempDir
    Path dir;

    private final List<StreamStore> opened = new ArrayList<>();

    @AfterEach
    void closeStores() {
        opened.forEach(Stores::close);
        WatchedParts.awaitNoThreads();
    }

    private StreamStore open() {
        StreamStore store = Stores.open(Stores.in(dir));
        opened.add(store);
        return store;
    }

    @Test
    void fetchNamesItsInvalidArgument() {
        Stream stream = Stores.own(open(), "a");
        Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        assertThat(failure(() -> stream.fetch(-1, 1, 1, FetchOptions.NO_WAIT))).hasMessageContaining("start=-1");
        assertThat(failure(() -> stream.fetch(1, 0, 1, FetchOptions.NO_WAIT))).hasMessageContaining("end=0");
        assertThat(failure(() -> stream.fetch(0, 1, 0, FetchOptions.NO_WAIT))).hasMessageContaining("maxBytes=0");
        assertThat(failure(() -> stream.fetch(0, 1, -5, FetchOptions.NO_WAIT))).hasMessageContaining("maxBytes=-5");
        OffsetOutOfRangeException past =
                (OffsetOutOfRangeException) failure(() -> stream.fetch(2, 3, 1, FetchOptions.NO_WAIT));
        assertThat(past.confirmOffset()).isEqualTo(1);
        assertThat(failure(() -> stream.fetch(Long.MAX_VALUE, Long.MAX_VALUE, 1, FetchOptions.NO_WAIT)))
                .isInstanceOf(OffsetOutOfRangeException.class);
        assertIsThere(stream, "x");
    }

    @Test
    void refusedAppendKeepsNextOffset() {
        StreamStore store = open();
        Stream stream = Stores.own(store, "a");
        Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        assertThat(failure(() -> stream.append(RecordBatch.of("", 1)))).hasMessageContaining("payload");
        assertThat(failure(() -> stream.append(new RecordBatch(ByteBuffer.allocate(1), 0, 0))))
                .hasMessageContaining("recordCount=0");
        assertThat(failure(() -> stream.append(new RecordBatch(ByteBuffer.allocate(1), -1, 0))))
                .hasMessageContaining("recordCount=-1");
        RecordBatch huge = RecordBatch.of(new byte[stream.maxAppendBytes() + 1], 1);
        assertThat(failure(() -> stream.append(huge))).isInstanceOf(InvalidRequestException.class);
        assertThat(failure(() -> stream.tryAppend(huge))).isInstanceOf(InvalidRequestException.class);
        assertThat(failure(() -> store.appendAll(List.of(new StreamAppend(stream, huge)))))
                .isInstanceOf(InvalidRequestException.class);
        RecordBatch largest = RecordBatch.of(new byte[stream.maxAppendBytes()], 1);
        assertThat(failure(() ->
                        store.appendAll(List.of(new StreamAppend(stream, largest), new StreamAppend(stream, largest)))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("frame");
        assertThat(failure(() -> stream.appendAt(7, RecordBatch.of("y", 1))))
                .isInstanceOfSatisfying(OffsetConflictException.class, conflict -> {
                    assertThat(conflict.streamId()).isEqualTo(stream.id());
                    assertThat(conflict.expected()).isEqualTo(7);
                    assertThat(conflict.nextOffset()).isEqualTo(1);
                });
        assertThat(store.appendAll(List.of())).isEmpty();
        assertThat(stream.nextOffset()).isEqualTo(1);
        assertIsThere(stream, "x");
    }

    @Test
    void batchOfMaximumRecordCountOccupiesThatManyOffsets() {
        Stream stream = Stores.own(open(), "a");
        Stores.get(stream.append(new RecordBatch(ByteBuffer.allocate(1), Integer.MAX_VALUE, Long.MIN_VALUE))
                .durable());
        Stores.get(stream.append(new RecordBatch(ByteBuffer.allocate(1), Integer.MAX_VALUE, Long.MAX_VALUE))
                .durable());
        assertThat(stream.confirmOffset()).isEqualTo(2L * Integer.MAX_VALUE);
        Stores.get(stream.close());
        Stream again = Stores.own(opened.get(0), "a");
        try (FetchResult result = Stores.get(again.fetch(Integer.MAX_VALUE, Long.MAX_VALUE, 1, FetchOptions.NO_WAIT))) {
            assertThat(result.batches().get(0).baseOffset()).isEqualTo(Integer.MAX_VALUE);
            assertThat(result.nextOffset()).isEqualTo(2L * Integer.MAX_VALUE);
        }
        Stores.get(again.trim(Integer.MAX_VALUE + 5L));
        try (FetchResult result =
                Stores.get(again.fetch(Integer.MAX_VALUE + 5L, Long.MAX_VALUE, 1, FetchOptions.NO_WAIT))) {
            assertThat(result.batches().get(0).baseOffset()).isEqualTo(Integer.MAX_VALUE);
        }
    }

    @Test
    void unknownStreamsAndBadEpochsAreRefused() {
        StreamStore store = open();
        Stream stream = Stores.own(store, "a");
        for (long id : new long[] {-1, 4711, Long.MAX_VALUE}) {
            assertThat(failure(() -> store.openStream(id, OpenOptions.owner())))
                    .isInstanceOf(StreamNotFoundException.class)
                    .hasMessageContaining(Long.toString(id));
            assertThat(failure(() -> store.openReader(id))).isInstanceOf(StreamNotFoundException.class);
            assertThat(failure(() -> store.deleteStream(id))).isInstanceOf(StreamNotFoundException.class);
            assertThat(Stores.get(store.describeStream(id))).isEmpty();
        }
        assertThat(failure(() -> store.openStream(stream.id(), OpenOptions.owner(-1))))
                .hasMessageContaining("epoch=-1");
        assertThat(failure(() -> store.createStream(new CreateOptions("a", Map.of("tag", "other")))))
                .isInstanceOfSatisfying(AlreadyExistsException.class, conflict -> {
                    assertThat(conflict.name()).isEqualTo("a");
                    assertThat(conflict.streamId()).isEqualTo(stream.id());
                });
        Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        assertIsThere(stream, "x");
    }

    @Test
    void namesTagsAndEpochsAreRefusedBeyondTheirLimitsOnly() {
        StreamStore store = open();
        Stream stream = Stores.own(store, "a");
        String longest = "\u00e9".repeat(CreateOptions.MAX_NAME_BYTES / 2);
        for (String name : new String[] {null, "a\ud800b", "a\ud801b", "\udc00", "a\u0000b", "a\nb", longest + "x"}) {
            assertThat(failure(() -> store.createStream(CreateOptions.named(name))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("name");
        }
        String tooLong = "x".repeat(CreateOptions.MAX_TAG_BYTES);
        for (Map<String, String> tags :
                List.of(Map.of("\ud800", "v"), Map.of("k", "\ud800"), Map.of("k", tooLong), Map.of(tooLong, "v"))) {
            assertThat(failure(() -> store.createStream(new CreateOptions("b", tags))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("tag");
            assertThat(failure(() -> store.updateTags(stream.id(), Map.of(), tags)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("tag");
        }
        assertThat(failure(() -> store.findStream(null))).hasMessageContaining("name=null");
        assertThat(failure(() -> store.listStreams(null, 0, 1))).hasMessageContaining("prefix=null");
        assertThat(failure(() -> store.listStreams("", -1, 1))).hasMessageContaining("after=-1");
        for (int limit : new int[] {Integer.MIN_VALUE, 0, StreamStore.MAX_LIST + 1}) {
            assertThat(failure(() -> store.listStreams("", 0, limit)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("limit=" + limit);
        }
        assertThat(failure(() -> store.describeRanges(4711))).isInstanceOf(StreamNotFoundException.class);
        assertThat(failure(() -> store.updateTags(stream.id(), null, Map.of()))).hasMessageContaining("expected=null");
        assertThat(failure(() -> store.updateTags(stream.id(), Map.of(), null))).hasMessageContaining("tags=null");
        long other = Stores.get(store.createStream(CreateOptions.named(longest)));
        for (long epoch : new long[] {Long.MAX_VALUE, OpenOptions.MAX_EPOCH + 1}) {
            assertThat(failure(() -> store.openStream(other, OpenOptions.owner(epoch))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("epoch=" + epoch);
        }
        Stores.get(Stores.get(store.openStream(other, OpenOptions.owner(OpenOptions.MAX_EPOCH)))
                .close());
        Stream reopened = Stores.get(store.openStream(other, OpenOptions.owner()));
        assertThat(reopened.callerEpoch()).isEqualTo(OpenOptions.MAX_EPOCH);
        assertThat(reopened.epoch()).isEqualTo(2);
        assertThat(Stores.get(store.listStreams("", 0, 100))).hasSize(2);
        Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        assertIsThere(stream, "x");
    }

    @Test
    void trimOutOfRangeIsRefusedAndBackwardTrimDoesNothing() {
        Stream stream = Stores.own(open(), "a");
        for (int i = 0; i < 5; i++) {
            Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        }
        assertThat(failure(() -> stream.trim(-1))).hasMessageContaining("newStart=-1");
        assertThat(failure(() -> stream.trim(6))).hasMessageContaining("6").hasMessageContaining("5");
        Stores.get(stream.trim(3));
        Stores.get(stream.trim(2));
        assertThat(stream.startOffset()).isEqualTo(3);
        Stores.get(stream.trim(5)); // the whole stream, although nothing is committed yet
        assertThat(stream.startOffset()).isEqualTo(5);
        Stores.get(stream.append(RecordBatch.of("y", 1)).durable());
        Stores.get(stream.close());
        assertIsThere(Stores.own(opened.get(0), "a"), "y");
    }

    @Test
    void closedOrDeletedStreamReportsItsState() {
        StreamStore store = open();
        Stream closed = Stores.own(store, "closed");
        Stream deleted = Stores.own(store, "deleted");
        for (Stream stream : List.of(closed, deleted)) {
            Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        }
        Stores.get(closed.close());
        Stores.get(closed.close());
        Stores.get(store.deleteStream(deleted.id()));
        assertThat(failure(() -> closed.append(RecordBatch.of("y", 1)))).isInstanceOf(StoreClosedException.class);
        assertThat(failure(() -> closed.fetch(0, 1, 1, FetchOptions.NO_WAIT))).isInstanceOf(StoreClosedException.class);
        assertThat(failure(() -> closed.fetch(1, 2, 1, FetchOptions.longPoll(FOR_EVER))))
                .isInstanceOf(StoreClosedException.class);
        assertThat(failure(() -> closed.whenDurable(7))).isInstanceOf(StoreClosedException.class);
        assertThat(failure(() -> deleted.append(RecordBatch.of("y", 1)))).isInstanceOf(StreamNotFoundException.class);
        assertThat(failure(() -> deleted.trim(1))).isInstanceOf(StreamNotFoundException.class);
        assertThat(failure(() -> deleted.whenDurable(7))).isInstanceOf(StreamNotFoundException.class);
        Stores.get(deleted.close().handle((done, error) -> null));
        assertThat(Stores.get(deleted.closed()).cause()).isEqualTo(CloseReason.Cause.DELETED);
        assertThat(Stores.get(closed.closed()).cause()).isEqualTo(CloseReason.Cause.CLOSED);
        assertIsThere(Stores.own(store, "closed"), "x");
    }

    @Test
    void everyFutureOfClosedStoreCompletes() {
        StreamStore store = open();
        Stream stream = Stores.own(store, "a");
        StreamReader reader = Stores.read(store, "a");
        Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        Stores.get(stream.flush());
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        waiting.add(stream.fetch(1, 2, 1, FetchOptions.longPoll(FOR_EVER)));
        waiting.add(reader.fetch(1, 2, 1, FetchOptions.longPoll(FOR_EVER)));
        waiting.add(stream.whenDurable(1000));
        waiting.add(reader.whenDurable(1000));
        waiting.add(stream.closed());
        waiting.add(reader.closed());
        for (int i = 0; i < 20; i++) {
            waiting.add(reader.fetch(0, 1, 1, FetchOptions.NO_WAIT).thenAccept(FetchResult::close));
            waiting.add(store.listStreams("", 0, 100));
            waiting.add(store.createStream(CreateOptions.unnamed())
                    .thenCompose(id -> store.openStream(id, OpenOptions.owner()))
                    .thenCompose(late -> late.append(RecordBatch.of("late", 1)).durable()));
            waiting.add(stream.append(RecordBatch.of("y", 1)).durable());
            waiting.add(stream.flush());
        }
        waiting.add(stream.close());
        CompletableFuture<Void> closed = store.close(FOR_EVER);
        waiting.add(store.close(FOR_EVER)); // a second call has the same answer
        Stores.get(closed);
        for (CompletableFuture<?> future : waiting) {
            Stores.get(future.handle((value, error) -> null));
        }
        store.close();
        assertThat(failure(() -> stream.append(RecordBatch.of("z", 1)))).isInstanceOf(StoreClosedException.class);
        assertThat(failure(() -> stream.tryAppend(RecordBatch.of("z", 1)))).isInstanceOf(StoreClosedException.class);
        assertThat(failure(() -> stream.fetch(0, 1, 1, FetchOptions.NO_WAIT))).isInstanceOf(StoreClosedException.class);
        assertThat(failure(() -> store.createStream(CreateOptions.unnamed()))).isInstanceOf(StoreClosedException.class);
        assertThat(failure(() -> store.openStream(1, OpenOptions.owner()))).isInstanceOf(StoreClosedException.class);
        assertThat(failure(() -> store.listStreams("", 0, 100))).isInstanceOf(StoreClosedException.class);
        assertThat(failure(store::flush)).isInstanceOf(StreamException.class);
    }

    @Test
    void storeCanBeClosedFromCallback() {
        StreamStore store = open();
        Stream stream = Stores.own(store, "a");
        Stores.get(stream.append(RecordBatch.of("x", 1)).durable().thenRun(store::close));
    }

    @Test
    void infiniteTimeoutIsAccepted() {
        StreamStore store = Stores.open(Stores.in(dir)
                .config(Stores.smallSizes()
                        .uploadInterval(FOR_EVER)
                        .appendTimeout(FOR_EVER)
                        .closeTimeout(FOR_EVER)
                        .idleFrameDelay(FOR_EVER)
                        .build()));
        opened.add(store);
        Stream stream = Stores.own(store, "a");
        var poll = stream.fetch(0, 1, 1, FetchOptions.longPoll(FOR_EVER));
        while (store.stats().uploadedBytes() == 0) {
            stream.append(RecordBatch.of(new byte[10_000], 1));
        }
        Stores.get(poll).close();
        Stores.get(stream.close());
        store.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ftp:///x, block:///DIR/wal, ftp",
        "file://host/x, block:///DIR/wal, host",
        "file:///DIR/file/objects, block:///DIR/wal, /file",
        "file:///DIR/objects?colour=red, block:///DIR/wal, colour",
        "memory:, tape:///DIR/wal, tape",
        "memory:, block://DIR, block",
        "memory:, block:///DIR/missing/wal, /missing",
        "memory:, block:///DIR/file/wal, /file",
        "memory:, block:///DIR, directory",
        "memory:, block:///DIR/wal?capacity=4KiB, capacity",
        "memory:, block:///DIR/wal?capacity=much, capacity",
        "memory:, block:///DIR/wal?speed=high, speed",
    })
    void uriToMissingTargetIsNamed(String storage, String wal, String named) throws IOException {
        Files.createFile(dir.resolve("file"));
        String path = dir.toString().substring(1);
        StreamException failure = failure(() -> StreamStore.builder()
                .storage(storage.replace("DIR", path))
                .wal(wal.replace("DIR", path))
                .openAsync());
        assertThat(failure).isInstanceOf(InvalidRequestException.class).hasMessageContaining(named);
        assertThat(failure(() -> StreamStore.builder().storage("not a uri at all")))
                .hasMessageContaining("not a uri");
    }

    private static void assertIsThere(Stream stream, String text) {
        try (FetchResult result =
                Stores.get(stream.fetch(stream.startOffset(), Long.MAX_VALUE, 1, FetchOptions.NO_WAIT))) {
            assertThat(result.batches().get(0).payload()).isEqualTo(ByteBuffer.wrap(text.getBytes()));
        }
    }
}
