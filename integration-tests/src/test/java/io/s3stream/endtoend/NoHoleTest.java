package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.s3stream.api.OffsetStamp;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamStore;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.EngineParts;
import io.s3stream.core.append.AppendInbox;
import io.s3stream.core.append.Enqueued;
import io.s3stream.core.append.rules.ClaimRule;
import io.s3stream.core.append.rules.OffsetRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** [R37]: an Error anywhere in an append leaves no hole, and later appends are there after a restart. */
@Timeout(60)
class NoHoleTest {

    private static final OffsetStamp STAMP = (offset, payload) -> payload.put(0, (byte) offset);
    private static final int WAYS = 6;
    private static final int ERRORS = 3;

    @TempDir
    Path dir;

    @ParameterizedTest
    @EnumSource(Point.class)
    void errorDuringEnqueueConsumesNoOffset_R37(Point point) {
        FailingParts parts = new FailingParts(point);
        failEachWay(parts);
        checkRecords();
    }

    @Test
    void offsetsAssignedBeforeEnqueueAreNoticed_R37() {
        FailingParts parts = new FailingParts(Point.CLAIM) {
            @Override
            public OffsetRule offsetRule() {
                return new OffsetRule() {
                    @Override
                    public boolean precedesEnqueuing() {
                        return true;
                    }
                };
            }
        };
        assertThatThrownBy(() -> failEachWay(parts))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("offset taken");
    }

    private void failEachWay(FailingParts parts) {
        StreamStore store = Stores.get(new CoreStoreProvider(parts).open(Stores.in(dir)));
        Stream first = Stores.own(store, "a");
        Stream second = Stores.own(store, "b");
        RecordBatch batch = RecordBatch.of("x", 1);
        List<Consumer<Stream>> ways = List.of(
                stream -> stream.append(batch),
                stream -> stream.tryAppend(batch),
                stream -> stream.tryAppend(batch, STAMP),
                stream -> stream.appendAt(stream.nextOffset(), batch),
                stream -> stream.tryAppendAt(stream.nextOffset(), batch),
                stream -> store.appendAll(
                        List.of(new StreamAppend(first, batch, STAMP), new StreamAppend(second, batch))));
        Stores.get(first.append(batch).durable()); // opens a slab
        Stores.get(second.append(batch).durable());
        try {
            for (Consumer<Stream> way : ways) {
                for (Error error :
                        List.of(new StackOverflowError("simulated"), new OutOfMemoryError("simulated"), new Error())) {
                    Stores.get(store.flush()); // all charged memory belongs to the write cache
                    long used = store.stats().memoryUsedBytes();
                    parts.error = error;
                    assertThat(catchThrowable(() -> way.accept(first))).isSameAs(error);
                    parts.error = null;
                    assertThat(first.nextOffset()).as("offset taken").isEqualTo(first.confirmOffset());
                    assertThat(second.nextOffset()).as("offset taken").isEqualTo(second.confirmOffset());
                    assertThat(store.stats().memoryUsedBytes()).isEqualTo(used);
                    for (Stream stream : List.of(first, second)) {
                        long next = stream.nextOffset();
                        assertThat(Stores.get(stream.append(batch).durable())).isEqualTo(next);
                    }
                }
            }
        } finally {
            parts.error = null;
            Stores.abandon(store);
        }
    }

    private void checkRecords() {
        StreamStore store = Stores.open(Stores.in(dir));
        for (String name : List.of("a", "b")) {
            Stream stream = Stores.own(store, name);
            assertThat(stream.confirmOffset()).isEqualTo(1 + WAYS * ERRORS);
            Stores.scan(
                    stream,
                    0,
                    1 + WAYS * ERRORS,
                    100,
                    batch -> assertThat(batch.recordCount()).isEqualTo(1));
        }
        Stores.close(store);
    }

    /** The stamp of the host throws: alone, and for one batch of a group. */
    @Test
    void failedStampConsumesNoOffset_R37() {
        StreamStore store = Stores.open(Stores.in(dir));
        Stream first = Stores.own(store, "a");
        Stream second = Stores.own(store, "b");
        for (Throwable failure : List.of(new IllegalStateException("simulated"), new OutOfMemoryError("simulated"))) {
            OffsetStamp failing = (offset, payload) -> {
                payload.putLong(0, -1);
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) failure;
            };
            RecordBatch batch = RecordBatch.of(new byte[8], 1);
            RecordBatch other = RecordBatch.of(new byte[8], 1);
            List<Runnable> ways = List.of(
                    () -> first.append(batch, failing),
                    () -> first.tryAppend(batch, failing),
                    () -> store.tryAppendAll(
                            List.of(new StreamAppend(second, other, STAMP), new StreamAppend(first, batch, failing))));
            for (Runnable way : ways) {
                Stores.get(store.flush());
                long used = store.stats().memoryUsedBytes();

                assertThat(catchThrowable(way::run)).isSameAs(failure);

                assertThat(first.nextOffset()).as("offset taken").isEqualTo(first.confirmOffset());
                assertThat(second.nextOffset()).as("offset taken").isEqualTo(second.confirmOffset());
                assertThat(store.stats().memoryUsedBytes()).isEqualTo(used);
                long next = first.nextOffset();
                assertThat(Stores.get(first.append(batch, STAMP).durable())).isEqualTo(next);
                assertThat(batch.payload().get(0)).isEqualTo((byte) next);
            }
        }
        Stores.close(store);
    }

    /** The caller's stack ends at each possible depth of the path into the queue. */
    @Test
    void stackOverflowAtAnyDepthConsumesNoOffset_R37() {
        StreamStore store = Stores.open(Stores.in(dir));
        Stream deep = Stores.own(store, "a");
        Stream other = Stores.own(store, "b");
        List<CompletableFuture<Long>> taken = new ArrayList<>();
        taken.add(deep.append(RecordBatch.of("x", 1)).durable());
        int overflows = 0;
        // Each thread runs to the end of its stack. On the way back it tries once in each frame.
        for (int thread = 0; thread < 5; thread++) {
            Climber climber = new Climber(deep, taken);
            climber.run();
            overflows += climber.overflows;
        }
        assertThat(overflows).isPositive();
        Stores.get(other.append(RecordBatch.of("x", 1)).durable());
        for (int i = 0; i < taken.size(); i++) {
            assertThat(Stores.get(taken.get(i))).isEqualTo(i);
        }
        assertThat(deep.nextOffset()).isEqualTo(taken.size());
        Stores.get(store.flush());
        Stores.abandon(store);

        StreamStore again = Stores.open(Stores.in(dir));
        Stream stream = Stores.own(again, "a");
        assertThat(stream.confirmOffset()).isEqualTo(taken.size());
        Stores.close(again);
    }

    private static final class Climber {

        private static final int TRIES = 60;

        private final Stream stream;
        private final List<CompletableFuture<Long>> taken;
        private int overflows;
        private int tries;

        Climber(Stream stream, List<CompletableFuture<Long>> taken) {
            this.stream = stream;
            this.taken = taken;
        }

        void run() {
            AtomicReference<@Nullable Throwable> unexpected = new AtomicReference<>();
            Thread thread = new Thread(null, () -> unexpected.set(catchThrowable(this::down)), "deep", 256 << 10);
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(unexpected.get()).isNull();
        }

        private void down() {
            try {
                down();
            } catch (StackOverflowError end) {
                // the bottom: this frame is the deepest that may try
            }
            if (tries < TRIES) {
                try {
                    tries++;
                    RecordBatch batch = RecordBatch.of("x", 1);
                    taken.add(stream.tryAppend(batch).durable());
                } catch (StackOverflowError e) {
                    overflows++;
                }
            }
        }
    }

    /** The points of an append that hold the lock of its stream. */
    private enum Point {
        CLAIM,
        PLACED,
        /** No slab takes claims, and the append gets to the queue. */
        QUEUED
    }

    /** Throws at one point of an append, while {@code error} is set. */
    private static class FailingParts extends EngineParts {

        private final Point point;
        private volatile @Nullable Error error;

        FailingParts(Point point) {
            this.point = point;
        }

        private void failAt(Point reached) {
            if (error != null && reached == point) {
                throw error;
            }
        }

        @Override
        public ClaimRule claimRule() {
            return new ClaimRule() {
                @Override
                public void onClaim() {
                    failAt(Point.CLAIM);
                }

                @Override
                public void onPlaced() {
                    failAt(Point.PLACED);
                }

                @Override
                public boolean takesClaims() {
                    return point != Point.QUEUED;
                }
            };
        }

        @Override
        public AppendInbox appendInbox() {
            return new AppendInbox() {
                @Override
                public boolean add(Enqueued item) {
                    failAt(Point.QUEUED);
                    return super.add(item);
                }
            };
        }
    }
}
