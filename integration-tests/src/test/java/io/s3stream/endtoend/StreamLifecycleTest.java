package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StaleEpochException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.errors.StreamOpenElsewhereException;
import io.s3stream.api.errors.StreamSealedException;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.StreamInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Caller epochs, tags and the seal of a stream; the removal of a node. */
class StreamLifecycleTest {

    @TempDir
    Path dir;

    private final List<StreamStore> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(Stores::close);
    }

    private StreamStore open(int nodeId) {
        StreamStore store =
                Stores.open(Stores.in(dir).nodeId(nodeId).wal(Stores.storeWal()).config(Stores.small()));
        open.add(store);
        return store;
    }

    private static void append(Stream stream, int batches) {
        for (int i = 0; i < batches; i++) {
            Stores.get(stream.append(RecordBatch.of("r" + i, 1)).durable());
        }
    }

    private static Stream own(StreamStore store, long id, long callerEpoch) {
        return Stores.get(store.openStream(id, OpenOptions.owner(callerEpoch)));
    }

    @Test
    void aCallerReopensUnderItsEpochAndOneWithALowerEpochIsRefused() {
        StreamStore store = open(1);
        long id = Stores.get(store.createStream(CreateOptions.named("s")));
        Stores.get(own(store, id, 100).close());
        Stream again = own(store, id, 100);
        assertThat(again.callerEpoch()).isEqualTo(100);
        assertThat(again.epoch()).isEqualTo(2);
        Stores.get(again.close());
        Stores.get(own(store, id, 0).close()); // a tool
        assertThat(Stores.failure(() -> own(store, id, 99)))
                .isInstanceOfSatisfying(StaleEpochException.class, stale -> {
                    assertThat(stale.requested()).isEqualTo(99);
                    assertThat(stale.current()).isEqualTo(100);
                });
        assertThat(own(store, id, 101).epoch()).isEqualTo(4);
        StreamInfo info = Stores.get(store.describeStream(id)).orElseThrow();
        assertThat(info.epoch()).isEqualTo(4);
        assertThat(info.callerEpoch()).isEqualTo(101);
    }

    @Test
    void recordsTellTheEpochTheyWereAppendedInAlsoAfterATakeOver() {
        StreamStore first = open(1);
        Stream stream = Stores.own(first, "s");
        append(stream, 3);
        assertThat(stream.epochs()).as("not uploaded yet").isEqualTo(Map.of(1L, 0L));
        Stores.get(stream.close());
        stream = Stores.own(first, "s");
        assertThat(stream.epochs()).isEqualTo(Map.of(1L, 0L));
        append(stream, 2);
        StreamStore second = open(2);
        Stores.get(second.takeOver(1));
        Stream taken = Stores.own(second, "s");
        append(taken, 1);
        assertThat(taken.epochs()).isEqualTo(Map.of(1L, 0L, 2L, 3L, 3L, 5L));
        List<Long> epochs = new ArrayList<>();
        Stores.scan(taken, 0, 6, 1 << 20, batch -> epochs.add(batch.streamEpoch()));
        assertThat(epochs).isEqualTo(List.of(1L, 1L, 1L, 2L, 2L, 3L));
        Stores.get(taken.flush());
        Stores.get(taken.trim(4));
        StreamReader reader = Stores.read(second, "s");
        epochs.clear();
        Stores.scan(reader, 4, 6, 1 << 20, batch -> epochs.add(batch.streamEpoch()));
        assertThat(epochs).as("read from objects").isEqualTo(List.of(2L, 3L));
        assertThat(reader.epochs()).isEqualTo(taken.epochs()).isEqualTo(Map.of(2L, 4L, 3L, 5L));
    }

    @Test
    void anyNodeReplacesTagsByCompareAndSet() {
        StreamStore first = open(1);
        StreamStore second = open(2);
        long id = Stores.get(first.createStream(new CreateOptions("s", Map.of("a", "1"))));
        own(first, id, 0);
        Stores.get(second.updateTags(id, Map.of("a", "1"), Map.of("b", "2")));
        assertThat(Stores.failure(() -> first.updateTags(id, Map.of("a", "1"), Map.of())))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("{b=2}");
        assertThat(Stores.get(first.describeStream(id)).orElseThrow().tags()).isEqualTo(Map.of("b", "2"));
        assertThat(Stores.list(first, "s").get(0).tags()).isEqualTo(Map.of("b", "2"));
        assertThat(Stores.failure(() -> first.updateTags(77, Map.of(), Map.of())))
                .isInstanceOf(StreamNotFoundException.class);
    }

    @Test
    void aSealUploadsAcknowledgedRecordsAndRefusesLaterAppends() {
        StreamStore first = open(1);
        StreamStore second = open(2);
        Stream stream = Stores.own(first, "s");
        Stream other = Stores.own(first, "other");
        append(stream, 5);
        assertThat(Stores.failure(() -> second.seal(stream.id())))
                .isInstanceOfSatisfying(
                        StreamOpenElsewhereException.class,
                        conflict -> assertThat(conflict.nodeId()).isEqualTo(1));
        var sealed = first.seal(stream.id());
        assertThat(Stores.failure(() -> stream.tryAppend(RecordBatch.of("late", 1))))
                .as("at once")
                .isInstanceOf(StreamSealedException.class);
        Stores.get(sealed);
        assertThat(Stores.failure(() -> first.appendAll(List.of(
                        new StreamAppend(other, RecordBatch.of("x", 1)),
                        new StreamAppend(stream, RecordBatch.of("x", 1))))))
                .isInstanceOf(StreamSealedException.class);
        assertThat(stream.isSealed()).isTrue();
        StreamInfo info = Stores.get(second.describeStream(stream.id())).orElseThrow();
        assertThat(info.sealed()).isTrue();
        assertThat(info.committedEnd()).isEqualTo(5);
        assertThat(Stores.read(second, "s").isSealed()).isTrue();
        Stores.get(first.seal(stream.id()));
        Stores.get(stream.close());
        Stream reopened = own(second, stream.id(), 0);
        assertThat(reopened.isSealed()).isTrue();
        assertThat(Stores.failure(() -> reopened.append(RecordBatch.of("late", 1))))
                .isInstanceOfSatisfying(
                        StreamSealedException.class,
                        refusal -> assertThat(refusal.streamId()).isEqualTo(stream.id()));
        Stores.get(second.seal(stream.id()));
        Stores.get(reopened.trim(5));
        Stores.get(reopened.close());
        Stores.get(first.deleteStream(stream.id()));
        append(other, 1);
        assertThat(other.isSealed()).isFalse();
    }

    @Test
    void aClosedStreamIsSealedByAnyNode() {
        StreamStore first = open(1);
        StreamStore second = open(2);
        Stream stream = Stores.own(first, "s");
        append(stream, 2);
        Stores.get(stream.close());
        Stores.get(second.seal(stream.id()));
        Stream reopened = own(first, stream.id(), 0);
        assertThat(reopened.isSealed()).isTrue();
        assertThat(reopened.nextOffset()).isEqualTo(2);
        assertThat(Stores.failure(() -> second.seal(4711))).isInstanceOf(StreamNotFoundException.class);
    }

    @Test
    void aRemovedNodeReopensWithAGreaterEpoch() {
        StreamStore first = open(1);
        StreamStore second = open(2);
        append(Stores.own(first, "s"), 3);
        assertThat(Stores.failure(() -> second.removeNode(1)))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("1 open streams")
                .hasMessageContaining("takeOver(1)");
        assertThat(Stores.failure(() -> second.removeNode(2))).isInstanceOf(InvalidRequestException.class);
        assertThat(Stores.failure(() -> second.removeNode(3))).isInstanceOf(InvalidRequestException.class);
        long epoch = Stores.get(second.takeOver(1)).nodeEpoch();
        await("release").untilAsserted(() -> Stores.get(second.removeNode(1)));
        assertThat(Stores.get(second.listNodes())).extracting(NodeInfo::id).containsExactly(2);
        open.remove(first);
        Stores.abandon(first);
        StreamStore again = open(1);
        assertThat(Stores.get(again.listNodes()).get(0).epoch()).isGreaterThan(epoch);
        append(Stores.own(again, "s"), 1);
    }
}
