package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamRange;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.api.tools.Progress;
import io.s3stream.api.tools.RecordLocation;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.layout.RecordFormat;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verification finds and names every fault of a store, and reports no change in progress as a fault. */
class VerifyTest {

    private static final int STREAMS = 3;
    private static final int BATCHES = 80;
    private static final int LARGEST = 20_000;

    @TempDir
    Path dir;

    private final ObjectStorage storage = new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT);

    @Test
    void completeStoreIsCleanAndFullyChecked() {
        List<DescribedStream> streams = fill();
        List<Progress> told = new ArrayList<>();

        VerifyReport report = verify(storage, VerifyOptions.everything().withProgress(told::add));

        assertThat(report.findings().list()).isEmpty();
        assertThat(report.findings().isClean()).isTrue();
        assertThat(report.streams()).isEqualTo(STREAMS);
        assertThat(report.ranges())
                .isEqualTo(streams.stream().mapToLong(s -> s.ranges().size()).sum());
        assertThat(report.objects()).isEqualTo(keys().size());
        assertThat(report.batches()).isEqualTo(STREAMS * BATCHES);
        assertThat(report.blocks()).isGreaterThan(report.objects());
        assertThat(told).hasSize((int) report.objects());
        assertThat(told.get(told.size() - 1).done()).isEqualTo(report.objectBytes());
        assertThat(verify(VerifyOptions.indexes()).findings().list()).isEmpty();
        assertThat(verify(VerifyOptions.indexes()).batches()).isZero();
    }

    @Test
    void flippedByteInBlockIsFoundByReading() {
        DescribedStream stream = fill().get(1);
        RecordLocation.Committed at = locate(stream, stream.committedEnd() - 1);
        flip(at.object().key(), at.batch().position() + RecordFormat.HEADER_BYTES + 3);

        assertThat(verify(VerifyOptions.indexes()).findings().isClean()).isTrue();
        Finding found = only(verify(VerifyOptions.everything()), Kind.BLOCK);
        assertThat(found.object()).isEqualTo(at.object().key());
        assertThat(found.position()).isEqualTo(at.block().position());
        assertThat(found.streamId()).isEqualTo(stream.id());
        assertThat(found.offset()).isEqualTo(at.block().baseOffset());
        assertThat(found.message()).contains(at.object().key(), "payload checksum");
        assertThat(locate(stream, stream.committedEnd() - 1).damage())
                .singleElement()
                .asString()
                .contains("payload checksum");
    }

    @Test
    void flippedByteInIndexIsFound() {
        fill();
        String key = keys().get(2);
        flip(key, bytes(key).length - 60);
        for (VerifyOptions how : List.of(VerifyOptions.indexes(), VerifyOptions.everything())) {
            Finding found = only(verify(how), Kind.INDEX);
            assertThat(found.object()).isEqualTo(key);
            assertThat(found.message()).contains(key, "index: checksum mismatch");
        }
    }

    @Test
    void missingObjectIsFoundWithItsRanges() {
        DescribedStream stream = fill().get(0);
        StreamRange lost = stream.ranges().get(1);
        Stores.get(storage.delete(List.of(lost.object())));

        VerifyReport report = verify(VerifyOptions.indexes());

        assertThat(report.findings().counts().keySet()).containsExactly(Kind.MISSING);
        assertThat(report.findings().list())
                .allMatch(found -> found.object().equals(lost.object()))
                .anyMatch(found -> found.streamId() == stream.id() && found.offset() == lost.start());
    }

    @Test
    void truncatedObjectIsFound() {
        fill();
        String key = keys().get(1);
        byte[] bytes = bytes(key);
        put(key, Arrays.copyOf(bytes, bytes.length - 100));

        VerifyReport report = verify(VerifyOptions.indexes());

        assertThat(report.findings().counts().keySet()).containsExactly(Kind.SIZE, Kind.INDEX);
        assertThat(report.findings().list())
                .allMatch(found -> found.object().equals(key))
                .anyMatch(found -> found.message().contains((bytes.length - 100) + " bytes"));
    }

    @Test
    void swappedObjectsAreFound() {
        DescribedStream stream = fill().get(0);
        String one = stream.ranges().get(0).object();
        String other = stream.ranges().get(1).object();
        byte[] first = bytes(one);
        put(one, bytes(other));
        put(other, first);

        VerifyReport report = verify(VerifyOptions.indexes());

        assertThat(report.findings().list())
                .anyMatch(found -> found.kind() == Kind.RANGE
                        && found.object().equals(one)
                        && found.streamId() == stream.id()
                        && found.offset() == stream.ranges().get(0).start())
                .anyMatch(found -> found.kind() == Kind.RANGE && found.object().equals(other));
    }

    @Test
    void damagedMetadataIsFindingAndMissingMetadataIsNoStore() {
        fill();
        byte[] head = bytes("meta/head");
        flip("meta/head", head.length / 2);
        assertThat(only(verify(VerifyOptions.indexes()), Kind.METADATA).message())
                .contains("meta/head");
        Stores.get(storage.delete(List.of("meta/head")));
        assertThat(Stores.failure(() -> StreamStore.builder().storage(storage).verify(VerifyOptions.indexes())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no store here");
    }

    @Test
    void orphansAreDistinguishedFromObjectsInFlightAndAreNoProblem() {
        fill();
        fill(); // the node's epoch is 2 now
        byte[] some = bytes(keys().get(0));
        put(ObjectKeys.data(0, 1, 9999), some);
        put(ObjectKeys.data(0, 2, 9999), some);
        put(ObjectKeys.data(0, 3, 1), some);
        put(ObjectKeys.data(7, 1, 1), some);
        put("data/notes", some);

        VerifyReport report = verify(VerifyOptions.indexes());

        assertThat(report.findings().isClean()).isTrue();
        assertThat(report.findings().list())
                .extracting(Finding::kind, Finding::object)
                .containsExactlyInAnyOrder(
                        tuple(Kind.ORPHAN, ObjectKeys.data(0, 1, 9999)),
                        tuple(Kind.IN_FLIGHT, ObjectKeys.data(0, 2, 9999)),
                        tuple(Kind.FOREIGN, ObjectKeys.data(0, 3, 1)),
                        tuple(Kind.FOREIGN, ObjectKeys.data(7, 1, 1)),
                        tuple(Kind.FOREIGN, "data/notes"));
    }

    /**
     * R20: an object that a trim retired during the check is not lost. An object that a newer state still names is
     * lost.
     */
    @Test
    void objectDeletedDuringVerificationIsNotLost() {
        DescribedStream stream = fill().get(0);
        String key = stream.ranges().get(0).object();
        try (StreamStore store = Stores.open(builder(storage))) {
            AtomicBoolean done = new AtomicBoolean();
            ObjectStorage racing = new ForwardingObjectStorage(storage) {
                @Override
                public CompletableFuture<Optional<ObjectContent>> get(String wanted, ByteRange range) {
                    if (wanted.equals(key) && done.compareAndSet(false, true)) {
                        for (int i = 0; i < STREAMS; i++) {
                            Stream open = Stores.own(store, "s" + i);
                            Stores.get(open.trim(open.confirmOffset()));
                        }
                        Stores.get(storage.delete(List.of(key)));
                    }
                    return super.get(wanted, range);
                }
            };

            VerifyReport report = verify(racing, VerifyOptions.everything());

            assertThat(done).isTrue();
            assertThat(report.findings().list()).isEmpty();
        }
    }

    @Test
    void damageThatDiffersBetweenReadsIsNotReported_R44() {
        fill();
        String key = keys().get(0);
        for (int damagedRead = 0; damagedRead < 2; damagedRead++) {
            int which = damagedRead;
            int[] reads = {0};
            ObjectStorage flaky = new ForwardingObjectStorage(storage) {
                @Override
                public CompletableFuture<Optional<ObjectContent>> get(String wanted, ByteRange range) {
                    return super.get(wanted, range).thenApply(content -> {
                        if (wanted.equals(key) && reads[0]++ >= which && reads[0] <= which + 3) {
                            int readable = content.orElseThrow().data().readableBytes();
                            int at = which == 0 ? readable - 60 : readable / 2; // in the index, in a block
                            content.get()
                                    .data()
                                    .setByte(at, content.get().data().getByte(at) ^ reads[0]);
                        }
                        return content;
                    });
                }
            };
            assertThat(verify(flaky, VerifyOptions.everything()).findings().list())
                    .isEmpty();
            assertThat(reads[0]).isEqualTo(5);
        }
    }

    @Test
    void storeInUseIsAlwaysClean() {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean stop = new AtomicBoolean();
        try (StreamStore store = Stores.open(builder(storage))) {
            Thread writer = new Thread(() -> {
                try {
                    List<Stream> streams = new ArrayList<>();
                    for (int i = 0; i < STREAMS; i++) {
                        streams.add(Stores.own(store, "busy" + i));
                    }
                    while (!stop.get()) {
                        for (int i = 0; i < STREAMS; i++) {
                            Stream stream = streams.get(i);
                            Stores.get(stream.append(Payloads.batch(i, stream.nextOffset(), LARGEST))
                                    .durable());
                            if ((stream.nextOffset() & 31) == 0) {
                                Stores.get(stream.trim(stream.nextOffset() - 40));
                            }
                        }
                    }
                } catch (RuntimeException | Error e) {
                    failure.set(e);
                }
            });
            writer.start();
            long sequence = 0;
            for (int i = 0; i < 15 && failure.get() == null; i++) {
                VerifyReport report = verify(storage, VerifyOptions.everything());
                assertThat(report.findings().isClean())
                        .as("%s", report.findings().list())
                        .isTrue();
                sequence = report.sequence();
            }
            stop.set(true);
            join(writer);
            assertThat(failure.get()).isNull();
            assertThat(sequence).isGreaterThan(STREAMS);
        }
        VerifyReport last = verify(VerifyOptions.everything());
        assertThat(last.findings().isClean()).isTrue();
        assertThat(last.objects()).isPositive();
    }

    @Test
    void recordIsExplainedAtEveryPlace() {
        DescribedStream stream = fill().get(2);
        long middle = stream.ranges().get(1).start();
        RecordLocation.Committed at = locate(stream, middle);
        byte[] object = bytes(at.object().key());
        ByteBuffer record = ByteBuffer.wrap(object);
        int position = Math.toIntExact(at.batch().position());
        assertThat(RecordFormat.checkHeader(record, position, object.length)).isPositive();
        assertThat(RecordFormat.streamId(record, position)).isEqualTo(stream.id());
        assertThat(RecordFormat.baseOffset(record, position)).isEqualTo(middle);
        assertThat(at.range().start()).isEqualTo(middle);
        assertThat(at.damage()).isEmpty();
        assertThat(locateAny("s2", stream.committedEnd()))
                .isInstanceOfSatisfying(
                        RecordLocation.NotCommitted.class,
                        closed -> assertThat(closed.owner()).isEqualTo(-1));

        StreamStore store = Stores.open(builder(storage));
        Stream open = Stores.own(store, "s2");
        Stores.get(open.trim(middle));
        Stores.get(open.append(Payloads.batch(2, open.nextOffset(), LARGEST)).durable());
        assertThat(locateAny("s2", stream.committedEnd()))
                .isInstanceOfSatisfying(RecordLocation.NotCommitted.class, only -> {
                    assertThat(only.owner()).isZero();
                    assertThat(only.generations()).hasSize(1);
                    assertThat(only.generations().get(0).uri()).contains("block");
                });
        assertThat(locateAny(Long.toString(stream.id()), middle - 1))
                .isInstanceOfSatisfying(
                        RecordLocation.Trimmed.class,
                        trimmed -> assertThat(trimmed.startOffset()).isEqualTo(middle));
        Stores.close(store);
    }

    private List<DescribedStream> fill() {
        try (StreamStore store = Stores.open(builder(storage))) {
            for (int i = 0; i < STREAMS; i++) {
                Stream stream = Stores.own(store, "s" + i);
                for (int batch = 0; batch < BATCHES; batch++) {
                    stream.append(Payloads.batch(i, stream.nextOffset(), LARGEST));
                    if (batch % 20 == 0) {
                        Stores.get(stream.flush()); // so that there are several ranges, at any timing
                    }
                }
                Stores.get(stream.flush());
            }
            return DescribedStream.all(store, "s");
        }
    }

    private StreamStoreBuilder builder(ObjectStorage objects) {
        return StreamStore.builder().storage(objects).wal(Stores.wal(dir)).config(Stores.small());
    }

    private VerifyReport verify(VerifyOptions options) {
        return verify(storage, options);
    }

    private static VerifyReport verify(ObjectStorage objects, VerifyOptions options) {
        return Stores.get(StreamStore.builder().storage(objects).verify(options));
    }

    private RecordLocation.Committed locate(DescribedStream stream, long offset) {
        return (RecordLocation.Committed) locateAny(stream.name(), offset);
    }

    private RecordLocation locateAny(String stream, long offset) {
        return Stores.get(StreamStore.builder().storage(storage).locate(stream, offset));
    }

    private static Finding only(VerifyReport report, Kind kind) {
        assertThat(report.findings().list()).hasSize(1);
        Finding found = report.findings().list().get(0);
        assertThat(found.kind()).isEqualTo(kind);
        assertThat(report.findings().problems()).isEqualTo(1);
        return found;
    }

    private List<String> keys() {
        return Stores.get(storage.list("data/", "", 1000)).stream()
                .map(ObjectSummary::key)
                .toList();
    }

    private byte[] bytes(String key) {
        try (ObjectContent content =
                Stores.get(storage.get(key, ByteRange.WHOLE)).orElseThrow()) {
            return ByteBufUtil.getBytes(content.data());
        }
    }

    private void flip(String key, long at) {
        byte[] bytes = bytes(key);
        bytes[Math.toIntExact(at)] ^= 1;
        put(key, bytes);
    }

    private void put(String key, byte[] bytes) {
        Stores.get(storage.put(key, ObjectBody.of(bytes), PutCondition.ALWAYS));
    }

    private static void join(Thread thread) {
        try {
            thread.join(40_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thread.isAlive()).isFalse();
    }
}
