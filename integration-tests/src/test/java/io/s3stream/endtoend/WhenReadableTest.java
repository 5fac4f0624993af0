package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamReader.Position;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Waits for data of several streams together, of owners and of readers. */
@Timeout(120)
class WhenReadableTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    Path dir;

    private final WatchedParts parts = new WatchedParts();
    private StreamStore store;
    private final List<Stream> streams = new ArrayList<>();

    @BeforeEach
    void open() {
        // The store commits records at a flush only.
        StoreConfig config =
                Stores.smallSizes().uploadInterval(Duration.ofHours(1)).build();
        store = Stores.open(Stores.in(dir).config(config), parts);
        for (int i = 0; i < 10; i++) {
            streams.add(Stores.own(store, "s" + i));
        }
    }

    @AfterEach
    void close() {
        Stores.close(store);
        parts.assertNothingIsLeft();
    }

    @Test
    void bytesOfAllStreamsCountTogether() {
        append(streams.get(0), 300);
        CompletableFuture<Void> wait = store.whenReadable(fromStart(streams), 1000, LONG);
        append(streams.get(0), 300);
        append(streams.get(1), 300);
        assertThat(wait).isNotDone();
        append(streams.get(9), 100);
        Stores.get(wait);
        assertThat(streams.stream().mapToLong(each -> each.bytesAvailable(0)).sum())
                .isEqualTo(1000);
        assertThat(store.whenReadable(fromStart(streams), 1000, LONG)).isCompleted();
    }

    /** The wait ends with the append that brings the last byte, for any distribution of the growth. */
    @Test
    void waitEndsWithTheAppendThatCompletesItsBytes() {
        Random random = new Random(1);
        for (int round = 0; round < 150; round++) {
            long minBytes = 1 + random.nextInt(random.nextBoolean() ? 20 : 20_000);
            int growing = 1 + random.nextInt(streams.size());
            CompletableFuture<Void> wait = store.whenReadable(fromEnd(streams), minBytes, LONG);
            long bytes = 0;
            while (bytes < minBytes) {
                assertThat(wait)
                        .as("round %s: %s of %s bytes", round, bytes, minBytes)
                        .isNotDone();
                int size = 1 + random.nextInt(random.nextInt(3) == 0 ? 3000 : 100);
                append(streams.get(random.nextInt(growing)), size);
                bytes += size;
            }
            Stores.get(wait);
        }
    }

    @Test
    void waitEndsAtItsTime() {
        Stores.get(store.whenReadable(fromEnd(streams), 1, Duration.ofMillis(20)));
        Stores.get(store.whenReadable(List.of(), 1, Duration.ofMillis(20)));
        assertThat(store.whenReadable(fromEnd(streams), 1, Duration.ZERO)).isCompleted();
        CompletableFuture<Void> forever = store.whenReadable(List.of(), 1, Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(forever).isNotDone();
        forever.cancel(false);
    }

    @Test
    void waitEndsWithAnyOfItsHandles() {
        Stream closing = streams.remove(9);
        CompletableFuture<Void> untilClose = store.whenReadable(fromEnd(List.of(streams.get(0), closing)), 1, LONG);
        Stores.get(closing.close());
        Stores.get(untilClose);

        Stream deleted = streams.remove(8);
        CompletableFuture<Void> untilDeletion = store.whenReadable(fromEnd(List.of(streams.get(0), deleted)), 1, LONG);
        StreamReader reader = Stores.read(store, "s8");
        CompletableFuture<Void> ofReader = store.whenReadable(fromEnd(List.of(streams.get(0), reader)), 1, LONG);
        assertThat(untilDeletion).isNotDone();
        assertThat(ofReader).isNotDone();
        Stores.get(store.deleteStream(deleted.id()));
        Stores.get(untilDeletion);
        Stores.get(ofReader);

        StreamReader closed = Stores.read(store, "s1");
        CompletableFuture<Void> untilReaderCloses = store.whenReadable(fromEnd(List.of(closed)), 1, LONG);
        Stores.get(closed.close());
        Stores.get(untilReaderCloses);
    }

    @Test
    void waitEndsWithTheStore() {
        StreamReader reader = Stores.read(store, "s0");
        CompletableFuture<Void> ofOwners = store.whenReadable(fromEnd(streams), 1, LONG);
        CompletableFuture<Void> ofReader = store.whenReadable(fromEnd(List.of(reader)), 1, LONG);
        CompletableFuture<Void> ofNone = store.whenReadable(List.of(), 1, LONG);
        Stores.close(store);
        Stores.get(ofOwners);
        Stores.get(ofReader);
        assertThat(Stores.failure(() -> ofNone)).isInstanceOf(StoreClosedException.class);
    }

    @Test
    void positionThatCannotBeFetchedEndsTheWait() {
        Stream stream = streams.get(0);
        append(stream, 10);
        append(stream, 10);
        Stores.get(stream.trim(1));
        for (long from : new long[] {0, 3}) {
            assertThat(store.whenReadable(List.of(new Position(stream, from)), 1000, LONG))
                    .isCompleted();
        }
        Stores.get(stream.flush());
        StreamReader reader = Stores.read(store, "s0");
        assertThat(store.whenReadable(List.of(new Position(reader, 0)), 1000, LONG))
                .isCompleted();
    }

    @Test
    void readersOnAnotherNodeLearnOfCommits() {
        try (StreamStore other = openReadOnly()) {
            List<StreamReader> readers = new ArrayList<>();
            for (int i = 0; i < streams.size(); i++) {
                readers.add(Stores.read(other, "s" + i));
            }
            CompletableFuture<Void> any = other.whenReadable(fromStart(readers), 1, LONG);
            CompletableFuture<Void> several = other.whenReadable(fromStart(readers), 1000, LONG);
            append(streams.get(3), 400);
            Stores.get(store.flush());
            Stores.get(any);
            assertThat(several).isNotDone();
            append(streams.get(7), 600);
            Stores.get(store.flush());
            Stores.get(several);
            assertThat(readers.get(3).bytesAvailable(0)).isBetween(400L, 448L);

            CompletableFuture<Void> mixed = other.whenReadable(fromStart(readers), 5000, LONG);
            append(streams.get(3), 4900);
            Stores.get(store.flush());
            Stores.get(mixed);
        }
    }

    @Test
    void ownersAndReadersCountTogether() {
        StreamReader reader = Stores.read(store, "s1");
        List<Position> positions = List.of(new Position(streams.get(0), 0), new Position(reader, 0));
        CompletableFuture<Void> wait = store.whenReadable(positions, 1000, LONG);
        append(streams.get(1), 600);
        append(streams.get(0), 400);
        assertThat(wait).as("600 bytes are not committed").isNotDone();
        Stores.get(store.flush());
        Stores.get(wait);
    }

    @Test
    void badRequestsAreRefused() {
        Stream stream = streams.get(0);
        assertRefused(null, 1, LONG, "positions=null");
        assertRefused(fromEnd(streams), 1, null, "maxWait=null");
        assertRefused(fromEnd(streams), 0, LONG, "minBytes=0");
        assertRefused(fromEnd(streams), 1, Duration.ofMillis(-1), "maxWait=PT-0.001S");
        assertRefused(List.of(new Position(stream, -1)), 1, LONG, "from=-1");
        assertRefused(List.of(new Position(null, 1)), 1, LONG, "must not be null");
        assertRefused(Collections.singletonList(null), 1, LONG, "must not be null");
        try (StreamStore other = openReadOnly()) {
            StreamReader foreign = Stores.read(other, "s0");
            assertRefused(fromStart(List.of(foreign)), 1, LONG, "this store has opened");
        }
        StreamReader reader = Stores.read(store, "s0");
        Stores.get(reader.close());
        assertThat(Stores.failure(() -> store.whenReadable(List.of(new Position(reader, 0)), 1, LONG)))
                .isInstanceOf(StoreClosedException.class);
    }

    private StreamStore openReadOnly() {
        return Stores.get(StreamStore.builder()
                .storage(Stores.objects(dir))
                .config(Stores.small())
                .openReadOnlyAsync());
    }

    private void assertRefused(List<Position> positions, long minBytes, Duration maxWait, String why) {
        assertThat(Stores.failure(() -> store.whenReadable(positions, minBytes, maxWait)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(why);
    }

    private static List<Position> fromStart(List<? extends StreamReader> readers) {
        return readers.stream().map(each -> new Position(each, 0)).toList();
    }

    private static List<Position> fromEnd(List<? extends StreamReader> readers) {
        return readers.stream()
                .map(each -> new Position(each, each.confirmOffset()))
                .toList();
    }

    private static void append(Stream stream, int bytes) {
        Stores.get(stream.append(RecordBatch.of(new byte[bytes], 1)).durable());
    }
}
