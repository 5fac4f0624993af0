package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.metadata.NodeInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Facts that a process sets about its node. */
class NodeTagsTest {

    private static final Map<String, String> ADDRESS = Map.of("host", "a.example", "port", "9092");

    @TempDir
    Path dir;

    private final List<StreamStore> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(Stores::close);
    }

    private StreamStoreBuilder options(int nodeId) {
        return Stores.in(dir).nodeId(nodeId).wal(Stores.storeWal());
    }

    private StreamStore open(StreamStoreBuilder options) {
        StreamStore store = Stores.open(options);
        open.add(store);
        return store;
    }

    private static NodeInfo node(StreamStore store, int id) {
        return Stores.get(store.listNodes()).stream()
                .filter(node -> node.id() == id)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void otherNodesReadTagsAndEpochOfANode() {
        StreamStore first = open(options(1).nodeTags(ADDRESS));
        StreamStore second = open(options(2));
        assertThat(node(second, 1).tags()).isEqualTo(ADDRESS);
        assertThat(node(second, 1).epoch()).isEqualTo(first.nodeEpoch()).isEqualTo(1);
        assertThat(node(second, 2).tags()).isEmpty();

        Map<String, String> ready = Map.of("state", "ready");
        Stores.get(first.setNodeTags(ready));
        assertThat(node(second, 1).tags()).isEqualTo(ready);
        Stores.get(first.setNodeTags(Map.of()));
        assertThat(node(second, 1).tags()).isEmpty();
    }

    @Test
    void theNextProcessReplacesTheTagsAndAFencedOneCannotSetThem() {
        StreamStore old = open(options(1).nodeTags(ADDRESS));
        StreamStore next = open(options(1));
        assertThat(next.nodeEpoch()).isEqualTo(2);
        assertThat(node(next, 1).tags()).isEmpty();
        assertThat(Stores.failure(() -> old.setNodeTags(ADDRESS))).isInstanceOf(FencedException.class);
        assertThat(node(next, 1).tags()).isEmpty();
        Stores.abandon(old);
        open.remove(old);
    }

    @Test
    void aTakeOverRemovesTheTags() {
        StreamStore first = open(options(1).nodeTags(ADDRESS));
        StreamStore second = open(options(2));
        Stores.get(second.takeOver(1));
        assertThat(node(second, 1).tags()).isEmpty();
        assertThat(Stores.failure(() -> first.setNodeTags(ADDRESS))).isInstanceOf(FencedException.class);
        Stores.abandon(first);
        open.remove(first);
    }

    @Test
    void tagsStayAfterACloseAndTheNodeIsNotOpen() {
        StreamStore first = open(options(1).nodeTags(ADDRESS));
        Stores.close(first);
        open.remove(first);
        StreamStore second = open(options(2));
        assertThat(node(second, 1).tags()).isEqualTo(ADDRESS);
        assertThat(node(second, 1).isOpen()).isFalse();
    }

    @Test
    void tagsBeyondALimitAreRefused() {
        Map<String, String> large = Map.of("k", "v".repeat(CreateOptions.MAX_TAG_BYTES));
        StreamStore store = open(options(1));
        assertThat(Stores.failure(() -> store.setNodeTags(large)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("nodeTags: 16385 bytes");
        assertThat(Stores.failure(() -> options(3).nodeTags(large).openAsync()))
                .isInstanceOf(StreamException.class)
                .hasMessageContaining("nodeTags: 16385 bytes");
    }

    @Test
    void aReadOnlyStoreHasNoNode() {
        Stores.close(open(options(1)));
        open.clear();
        StreamStore store = Stores.get(options(1).openReadOnlyAsync());
        open.add(store);
        assertThat(Stores.failure(store::nodeEpoch)).isInstanceOf(InvalidRequestException.class);
        assertThat(Stores.failure(() -> store.setNodeTags(Map.of()))).isInstanceOf(InvalidRequestException.class);
    }
}
