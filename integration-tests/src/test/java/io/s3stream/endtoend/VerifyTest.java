package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamRange;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.api.tools.Progress;
import io.s3stream.api.tools.RecordLocation;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The verification finds and names every fault of a store. */
class VerifyTest extends FilledStore {

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
}
