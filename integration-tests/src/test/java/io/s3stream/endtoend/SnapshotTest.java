package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.StreamInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot is a consistent view of all streams and nodes. */
class SnapshotTest {

    @TempDir
    Path dir;

    private final List<StreamStore> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(Stores::close);
    }

    private StreamStore open(int nodeId) {
        StreamStore store = Stores.open(
                Stores.in(dir).nodeId(nodeId).wal(Stores.storeWal()).nodeTags(Map.of("host", "h" + nodeId)));
        open.add(store);
        return store;
    }

    @Test
    void aSnapshotAgreesWithTheListsAndDoesNotChange() {
        StreamStore first = open(1);
        StreamStore second = open(2);
        Stream owned = Stores.own(second, "b-owned");
        Stores.get(owned.append(RecordBatch.of("r", 1)).durable());
        Stores.get(owned.flush());
        Stores.get(first.createStreams(
                List.of(CreateOptions.named("b-2"), CreateOptions.named("a-1"), CreateOptions.unnamed())));

        MetadataSnapshot snapshot = Stores.get(first.snapshot());
        assertThat(snapshot.nodes()).isEqualTo(Stores.get(first.listNodes()));
        assertThat(snapshot.node(2).orElseThrow().tags()).isEqualTo(Map.of("host", "h2"));
        assertThat(snapshot.node(2).orElseThrow().openStreams()).isEqualTo(1);
        assertThat(snapshot.node(3)).isEmpty();
        assertThat(snapshot.streams("", 0, 100)).hasSameElementsAs(Stores.list(first, ""));
        assertThat(snapshot.streams("b-", 0, 100)).extracting(StreamInfo::name).containsExactly("b-2", "b-owned");
        StreamInfo info = snapshot.findStream("b-owned").orElseThrow();
        assertThat(info).isEqualTo(Stores.get(first.describeStream(owned.id())).orElseThrow());
        assertThat(info.committedEnd()).isEqualTo(1);
        assertThat(snapshot.findStream("")).isEmpty();
        assertThat(snapshot.findStream("b-")).isEmpty();
        assertThat(snapshot.stream(99)).isEmpty();

        Stores.get(owned.append(RecordBatch.of("r", 1)).durable());
        Stores.get(owned.close());
        Stores.get(second.commit(List.of(MetadataChange.delete(owned.id()), MetadataChange.create("b-3", Map.of()))));
        MetadataSnapshot later = Stores.get(first.snapshot());
        assertThat(later.version()).isGreaterThan(snapshot.version());
        assertThat(later.streams("b-", 0, 100)).extracting(StreamInfo::name).containsExactly("b-2", "b-3");
        assertThat(later.nodes()).extracting(NodeInfo::openStreams).containsExactly(0, 0);
        assertThat(snapshot.stream(owned.id())).as("the earlier snapshot").contains(info);
    }

    @Test
    void pagesFollowTheOrderOfNamesAndThenIds() {
        StreamStore store = open(1);
        for (int i = 0; i < 25; i++) {
            Stores.get(store.createStream(i % 5 == 0 ? CreateOptions.unnamed() : CreateOptions.named("n" + i % 7 + i)));
        }
        MetadataSnapshot snapshot = Stores.get(store.snapshot());
        List<StreamInfo> all = new ArrayList<>();
        for (long after = 0; ; after = all.get(all.size() - 1).id()) {
            List<StreamInfo> page = snapshot.streams("", after, 4);
            all.addAll(page);
            if (page.size() < 4) {
                break;
            }
        }
        assertThat(all).hasSize(25).doesNotHaveDuplicates();
        assertThat(all).extracting(StreamInfo::name).isSorted();
        assertThat(Stores.failure(() -> snapshot.streams("", 1000, 4)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("after=1000");
        assertThat(Stores.failure(() -> snapshot.streams("", 0, 0))).isInstanceOf(InvalidRequestException.class);
        assertThat(Stores.failure(() -> snapshot.streams("", 0, StreamStore.MAX_LIST + 1)))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aReadOnlyStoreAnswersAndAClosedOneRefuses() {
        StreamStore node = open(1);
        Stores.get(node.createStream(CreateOptions.named("a")));
        StreamStore store = Stores.get(Stores.in(dir).openReadOnlyAsync());
        MetadataSnapshot snapshot = Stores.get(store.snapshot());
        assertThat(snapshot.findStream("a")).isPresent();
        assertThat(snapshot.version()).isEqualTo(Stores.get(node.snapshot()).version());
        Stores.close(store);
        assertThat(Stores.failure(store::snapshot)).isInstanceOf(StoreClosedException.class);
        assertThat(snapshot.findStream("a")).as("needs no store").isPresent();
    }
}
