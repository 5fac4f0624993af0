package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamRange;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.api.tools.RebuildReport.RebuiltStream;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metadata.StoredObject;
import io.s3stream.core.metadata.log.RestoredStore;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that lost its metadata: all its data is rebuilt, as far as the objects describe it [R23]. */
class RebuildTest {

    private static final int STREAMS = 3;
    private static final int BATCHES = 80;
    private static final int LARGEST = 20_000;

    @TempDir
    Path dir;

    private final ObjectStorage storage = new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT);
    private final ObjectStorage fresh = new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT);

    @Test
    void storeWithoutMetadataIsRebuiltInPlaceAndContinues() {
        List<DescribedStream> before = fill(0);
        deleteMetadata();

        RebuildReport dry = rebuild(RebuildOptions.dryRun());
        assertThat(keys("meta/")).isEmpty();
        RebuildReport report = rebuild(RebuildOptions.into(storage));

        assertThat(report).isEqualTo(dry);
        assertThat(report.findings().list()).isEmpty();
        assertThat(report.copiedBytes()).isZero();
        assertSameAs(before, report.streams());
        assertThat(verify(storage).findings().list()).isEmpty();
        readBack(storage, before);
    }

    @Test
    void storeIsRebuiltIntoOtherPlaceAndStaysUnchanged() {
        List<DescribedStream> before = fill(0);

        RebuildReport report = rebuild(RebuildOptions.into(fresh));

        assertThat(report.findings().list()).isEmpty();
        assertThat(report.copiedBytes()).isPositive();
        assertThat(keys(fresh, "data/")).isEqualTo(keys("data/"));
        assertThat(verify(fresh).findings().list()).isEmpty();
        assertThat(verify(storage).findings().list()).isEmpty();
        readBack(fresh, before);
    }

    @Test
    void namesTagsTrimsSealsEpochsAndDeletionsSurvive() {
        NavigableMap<Long, Long> epochs;
        try (StreamStore store = Stores.open(builder(storage, "wal"))) {
            for (String name : List.of("kept", "deleted")) {
                long id = Stores.get(store.createStream(new CreateOptions(name, Map.of("of", name))));
                Stream stream = Stores.get(store.openStream(id, OpenOptions.owner(7)));
                for (int i = 0; i < 5; i++) {
                    Stores.get(stream.append(RecordBatch.of("r" + i, 1)).durable());
                    Stores.get(stream.flush());
                }
                if (name.equals("kept")) {
                    Stores.get(stream.trim(2));
                }
            }
            Stores.get(store.deleteStream(
                    Stores.get(store.findStream("deleted")).orElseThrow().id()));
            long empty = Stores.get(store.createStream(CreateOptions.named("empty")));
            long kept = Stores.get(store.findStream("kept")).orElseThrow().id();
            Stores.get(store.updateTags(kept, Map.of("of", "kept"), Map.of("of", "changed")));
            Stores.get(store.seal(kept));
            Stores.get(store.updateTags(empty, Map.of(), Map.of("is", "empty")));
            epochs = Stores.read(store, "kept").epochs();
            assertThat(epochs).isEqualTo(Map.of(1L, 2L));
        }
        deleteMetadata();

        rebuild(RebuildOptions.into(storage));

        try (StreamStore store = Stores.open(builder(storage, "new"))) {
            List<StreamInfo> streams = Stores.list(store, "");
            assertThat(streams).extracting(StreamInfo::name).containsExactly("kept", "empty");
            assertThat(streams.get(0).tags()).isEqualTo(Map.of("of", "changed"));
            assertThat(streams.get(1).tags()).isEqualTo(Map.of("is", "empty"));
            assertThat(streams).extracting(StreamInfo::sealed).containsExactly(true, false);
            assertThat(streams.get(0).callerEpoch()).isEqualTo(7);
            assertThat(Stores.read(store, "kept").epochs()).isEqualTo(epochs);
            assertThat(streams.get(0).startOffset()).isEqualTo(2);
            assertThat(streams.get(0).committedEnd()).isEqualTo(5);
            assertThat(Stores.get(store.createStream(CreateOptions.named("next"))))
                    .isEqualTo(4);
        }
    }

    @Test
    void existingStoreIsNeverOverwritten() {
        fill(0);
        assertThat(Stores.failure(() -> StreamStore.builder().storage(storage).rebuild(RebuildOptions.into(storage))))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("a store already exists");
        assertThat(verify(storage).findings().list()).isEmpty();
    }

    @Test
    void emptyPlaceIsNotRebuilt() {
        RebuildReport report = rebuild(RebuildOptions.dryRun());
        assertThat(report.streams()).isEmpty();
        assertThat(report.findings().list()).isEmpty();
    }

    @Test
    void holeIsReportedAndStreamBeginsBehindIt() {
        DescribedStream stream = fill(0).get(0);
        StreamRange lost = stream.ranges().get(1);
        Stores.get(storage.delete(List.of(lost.object())));

        String loss = rebuild(RebuildOptions.dryRun()).loss();
        RebuildReport report = rebuild(RebuildOptions.into(fresh).acceptLoss(loss));

        assertThat(report.findings().list())
                .filteredOn(found -> found.streamId() == stream.id())
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.kind()).isEqualTo(Kind.HOLE);
                    assertThat(found.offset()).isEqualTo(lost.start());
                });
        RebuiltStream rebuilt = report.streams().get(0);
        assertThat(rebuilt.start()).isEqualTo(lost.end());
        assertThat(rebuilt.end()).isEqualTo(stream.committedEnd());
        assertThat(verify(fresh).findings().list()).isEmpty();
    }

    @Test
    void recordsPastBeginningOfLaterEpochAreDead_R23() {
        List<DescribedStream> first = fill(0);
        long end = first.get(0).committedEnd();
        fill(1); // each stream has epoch 2 from there on
        long last = lastRecord(first.get(0));
        put(
                ObjectKeys.data(0, 1, 5000),
                RecordFields.object(1, 1, record(0, last), RecordFields.of(1, 1, end, 1, 7, new byte[] {1, 2, 3})));
        put(ObjectKeys.data(0, 1, 5001), RecordFields.object(1, 1, RecordFields.of(1, 1, end + 1, 1, 7, new byte[] {4
        })));

        RebuildReport report = rebuild(RebuildOptions.into(fresh));

        assertThat(report.findings().list())
                .singleElement()
                .satisfies(found -> assertThat(found.object()).isEqualTo(ObjectKeys.data(0, 1, 5001)))
                .satisfies(found -> assertThat(found.kind()).isEqualTo(Kind.DEAD));
        assertThat(report.findings().isClean()).isTrue();
        assertThat(verify(fresh).findings().list()).isEmpty();
        try (StreamStore store = Stores.open(builder(fresh, "new"))) {
            Stores.verify(Stores.own(store, "s0"), 0, LARGEST);
        }
    }

    @Test
    void duplicateRecordsOfOneEpochMustBeEqual_R23() {
        DescribedStream stream = fill(0).get(0);
        long last = lastRecord(stream);
        put(ObjectKeys.data(0, 1, 5000), RecordFields.object(1, 1, record(0, last)));
        assertThat(rebuild(RebuildOptions.dryRun()).findings().list()).isEmpty();

        RecordFields same = record(0, last);
        byte[] changed = same.payload().clone();
        changed[changed.length - 1] ^= 1;
        put(ObjectKeys.data(0, 1, 5001), RecordFields.object(1, 1, same.with(changed)));

        Finding found = rebuild(RebuildOptions.into(fresh).acceptLoss(RebuildOptions.ANY_LOSS))
                .findings()
                .list()
                .get(0);

        assertThat(found.kind()).isEqualTo(Kind.CONFLICT);
        assertThat(found.object()).isEqualTo(ObjectKeys.data(0, 1, 5001));
        assertThat(found.offset()).isEqualTo(last);
        assertThat(found.message())
                .contains(stream.ranges().get(stream.ranges().size() - 1).object());
    }

    /** The state between a compaction's output and the deletion of its inputs. */
    @Test
    void largerOfObjectsWithSameRecordsIsTaken() {
        DescribedStream stream = fill(0).get(1);
        List<RecordFields> records = new ArrayList<>();
        for (long offset = 0; offset < stream.committedEnd(); ) {
            RecordFields record = record(1, offset);
            records.add(record);
            offset += record.count();
        }
        String compacted = ObjectKeys.data(0, 1, 6000);
        put(compacted, RecordFields.object(stream.id(), 1, records.toArray(RecordFields[]::new)));

        RebuildReport report = rebuild(RebuildOptions.into(fresh));

        assertThat(report.findings().list()).isEmpty();
        assertThat(report.streams().get(1).ranges()).isEqualTo(1);
        assertThat(verify(fresh).findings().list()).isEmpty();
    }

    /** No decoder accepts it, but a state with a bug may contain it. */
    @Test
    void mismatchBetweenMetadataAndObjectsIsFound() {
        DescribedStream stream = fill(0).get(0);
        StreamRange range = stream.ranges().get(0);
        long size = Stores.get(storage.head(range.object())).orElseThrow().size();
        Stores.get(storage.delete(List.of("meta/head")));
        RestoredStore forged = new RestoredStore(
                new UUID(1, 2),
                Set.of(0),
                new RebuildMark(9, 0),
                List.of(new StoredObject(range.object(), size)),
                0,
                List.of(new RestoredStore.RestoredStream(
                        stream.id(),
                        "forged",
                        Map.of(),
                        1,
                        0,
                        false,
                        range.start(),
                        List.of(
                                new RangeList.Range(range.start(), range.end(), 1, range.bytes() + 1, 5),
                                new RangeList.Range(range.end(), range.end() + 3, 1, 10, 5)),
                        EpochList.EMPTY.with(1, range.start()))));
        Stores.get(forged.write(storage, new StorageRegister(storage, "meta/head")));

        List<Finding> found = verify(storage).findings().list().stream()
                .filter(finding -> finding.kind() == Kind.RANGE)
                .toList();

        assertThat(found).allMatch(finding -> finding.object().equals(range.object()));
        assertThat(found).anyMatch(finding -> finding.message().contains("the metadata says " + (range.bytes() + 1)));
        assertThat(found).anyMatch(finding -> finding.message().contains("the metadata says 5"));
        assertThat(found)
                .anyMatch(finding -> finding.offset() == range.end()
                        && finding.message().contains("no block has offsets [" + range.end()));
    }

    private List<DescribedStream> fill(int round) {
        try (StreamStore store = Stores.open(builder(storage, "wal"))) {
            for (int i = 0; i < STREAMS; i++) {
                Stream stream = Stores.own(store, "s" + i);
                for (int batch = 0; batch < BATCHES + round; batch++) {
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

    private StreamStoreBuilder builder(ObjectStorage objects, String wal) {
        return StreamStore.builder()
                .storage(objects)
                .wal("block://" + dir.resolve(wal) + "?capacity=4MiB&singleAttach=true")
                .config(Stores.small());
    }

    /** Opens the rebuilt store, reads all records, appends, and opens it again. */
    private void readBack(ObjectStorage objects, List<DescribedStream> before) {
        for (int round = 0; round < 2; round++) {
            try (StreamStore store = Stores.open(builder(objects, "new"))) {
                for (int i = 0; i < STREAMS; i++) {
                    Stream stream = Stores.own(store, before.get(i).name());
                    assertThat(stream.epoch()).isGreaterThan(before.get(i).epoch() + round);
                    assertThat(stream.startOffset()).isZero();
                    assertThat(stream.confirmOffset())
                            .isGreaterThanOrEqualTo(before.get(i).committedEnd());
                    Stores.verify(stream, i, LARGEST);
                    Stores.get(stream.append(Payloads.batch(i, stream.nextOffset(), LARGEST))
                            .durable());
                }
            }
        }
        assertThat(verify(objects).findings().list()).isEmpty();
    }

    private static void assertSameAs(List<DescribedStream> before, List<RebuiltStream> rebuilt) {
        assertThat(rebuilt).hasSameSizeAs(before);
        for (int i = 0; i < rebuilt.size(); i++) {
            DescribedStream was = before.get(i);
            RebuiltStream is = rebuilt.get(i);
            assertThat(is.id()).isEqualTo(was.id());
            assertThat(is.name()).isEqualTo(was.name());
            assertThat(is.start()).isEqualTo(was.startOffset());
            assertThat(is.end()).isEqualTo(was.committedEnd());
            assertThat(is.epoch()).isEqualTo(was.epoch());
            assertThat(is.bytes())
                    .isEqualTo(
                            was.ranges().stream().mapToLong(StreamRange::bytes).sum());
        }
    }

    private void deleteMetadata() {
        Stores.get(storage.delete(keys("meta/")));
    }

    private RebuildReport rebuild(RebuildOptions options) {
        return Stores.get(StreamStore.builder().storage(storage).rebuild(options));
    }

    private static VerifyReport verify(ObjectStorage objects) {
        return Stores.get(StreamStore.builder().storage(objects).verify(VerifyOptions.everything()));
    }

    private List<String> keys(String prefix) {
        return keys(storage, prefix);
    }

    private static List<String> keys(ObjectStorage objects, String prefix) {
        return Stores.get(objects.list(prefix, "", 1000)).stream()
                .map(ObjectSummary::key)
                .toList();
    }

    private void put(String key, byte[] bytes) {
        Stores.get(storage.put(key, ObjectBody.of(bytes), PutCondition.ALWAYS));
    }

    /** The offset of the last record of a stream. */
    private long lastRecord(DescribedStream stream) {
        long offset = 0;
        while (offset + record(0, offset).count() < stream.committedEnd()) {
            offset += record(0, offset).count();
        }
        return offset;
    }

    /** The batch that writer {@code who} has appended at {@code offset}, in epoch 1 of its stream. */
    private static RecordFields record(int who, long offset) {
        var batch = Payloads.batch(who, offset, LARGEST);
        byte[] payload = ByteBufUtil.getBytes(Unpooled.wrappedBuffer(batch.payload()));
        return RecordFields.of(who + 1L, 1, offset, batch.recordCount(), batch.maxTimestamp(), payload);
    }
}
