package io.s3stream.endtoend;

import static io.s3stream.api.metadata.MetadataChange.create;
import static io.s3stream.api.metadata.MetadataChange.delete;
import static io.s3stream.api.metadata.MetadataChange.rename;
import static io.s3stream.api.metadata.MetadataChange.updateTags;
import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CloseReason;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.AlreadyExistsException;
import io.s3stream.api.errors.ChangeRefusedException;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.errors.StreamOpenElsewhereException;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.api.metadata.StreamInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several changes of streams in one commit: all or none. */
class CommitChangesTest {

    @TempDir
    Path dir;

    private final List<StreamStore> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(Stores::close);
    }

    private StreamStore open(int nodeId) {
        StreamStore store = Stores.open(Stores.in(dir).nodeId(nodeId).wal(Stores.storeWal()));
        open.add(store);
        return store;
    }

    private static List<String> names(StreamStore store) {
        return Stores.list(store, "").stream().map(StreamInfo::name).toList();
    }

    private static void assertRefused(
            StreamStore store, List<MetadataChange> changes, int index, Class<? extends Exception> cause) {
        List<String> before = names(store);
        assertThat(Stores.failure(() -> store.commit(changes)))
                .isInstanceOfSatisfying(ChangeRefusedException.class, refused -> {
                    assertThat(refused.index()).isEqualTo(index);
                    assertThat(refused).hasMessageContaining("change " + index).hasCauseInstanceOf(cause);
                });
        assertThat(names(store)).isEqualTo(before);
    }

    @Test
    void allChangesAreMadeTogetherAndTheIdsAreInOrder() {
        StreamStore store = open(1);
        long old = Stores.get(store.createStream(new CreateOptions("old", Map.of("a", "1"))));
        List<Long> ids = Stores.get(store.commit(List.of(
                create("topic-0", Map.of("t", "x")),
                create("topic-1", Map.of()),
                updateTags(old, Map.of("a", "1"), Map.of("a", "2")),
                rename(old, "old", "new"))));
        assertThat(ids).containsExactly(old + 1, old + 2, old, old);
        assertThat(names(store)).containsExactly("new", "topic-0", "topic-1");
        assertThat(Stores.get(store.findStream("new")).orElseThrow().tags()).isEqualTo(Map.of("a", "2"));
        assertThat(Stores.get(store.findStream("old"))).isEmpty();
        assertThat(Stores.get(store.commit(List.of(create("topic-1", Map.of())))))
                .as("created before with the same tags")
                .containsExactly(old + 2);
        assertThat(Stores.get(store.commit(List.of()))).isEmpty();
    }

    @Test
    void aRefusalNamesTheChangeAndUndoesTheOthers() {
        StreamStore store = open(1);
        StreamStore other = open(2);
        long taken = Stores.own(other, "taken").id();
        long id = Stores.get(store.createStream(CreateOptions.named("mine")));
        assertRefused(store, List.of(create("n", Map.of()), delete(99)), 1, StreamNotFoundException.class);
        assertRefused(
                store,
                List.of(create("n", Map.of()), create("mine", Map.of("other", "tags"))),
                1,
                AlreadyExistsException.class);
        assertRefused(
                store,
                List.of(delete(id), create("n", Map.of()), delete(taken)),
                2,
                StreamOpenElsewhereException.class);
        assertRefused(store, List.of(rename(id, "mine", "taken")), 0, AlreadyExistsException.class);
        assertRefused(store, List.of(rename(id, "your", "n")), 0, ConflictException.class);
        assertRefused(store, List.of(delete(id), updateTags(id, Map.of(), Map.of())), 1, StreamNotFoundException.class);
        assertRefused(store, List.of(updateTags(id, Map.of("x", "y"), Map.of())), 0, ConflictException.class);
        assertThat(Stores.failure(() -> store.commit(List.of(delete(99)))).kind())
                .isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void namesPassFromOneStreamToAnother() {
        StreamStore store = open(1);
        long a = Stores.get(store.createStream(CreateOptions.named("a")));
        long b = Stores.get(store.createStream(CreateOptions.named("b")));
        Stores.get(store.commit(List.of(rename(a, "a", "t"), rename(b, "b", "a"), rename(a, "t", "b"))));
        assertThat(Stores.get(store.findStream("a")).orElseThrow().id()).isEqualTo(b);
        assertThat(Stores.get(store.findStream("b")).orElseThrow().id()).isEqualTo(a);
        List<Long> ids = Stores.get(store.commit(List.of(
                rename(a, "b", "c"), delete(b), rename(a, "c", "a"), create("b", Map.of()), rename(a, "a", ""))));
        assertThat(Stores.get(store.findStream("b")).orElseThrow().id()).isEqualTo(ids.get(3));
        assertThat(Stores.get(store.findStream("a"))).isEmpty();
        assertThat(Stores.get(store.describeStream(a)).orElseThrow().name()).isEmpty();
    }

    @Test
    void handlesOfADeletedStreamEndAndThoseOfARenamedOneStay() {
        StreamStore store = open(1);
        Stream deleted = Stores.own(store, "deleted");
        Stream renamed = Stores.own(store, "renamed");
        StreamReader reader = Stores.read(store, "deleted");
        Stores.get(store.commit(List.of(delete(deleted.id()), rename(renamed.id(), "renamed", "other"))));
        assertThat(Stores.get(deleted.closed()).cause()).isEqualTo(CloseReason.Cause.DELETED);
        assertThat(Stores.get(reader.closed()).cause()).isEqualTo(CloseReason.Cause.DELETED);
        assertThat(store.openStreams()).containsExactly(renamed);
        assertThat(renamed.name()).isEqualTo("renamed");
        Stores.get(renamed.close());
        assertThat(Stores.get(store.findStream("other")).orElseThrow().id()).isEqualTo(renamed.id());
    }

    @Test
    void aRenameSurvivesTheNextOpening() {
        StreamStore store = open(1);
        long id = Stores.get(store.createStream(CreateOptions.named("a")));
        Stores.get(store.commit(List.of(rename(id, "a", "b"))));
        Stores.close(store);
        open.clear();
        assertThat(Stores.get(open(1).findStream("b")).orElseThrow().id()).isEqualTo(id);
    }

    @Test
    void sizesAreLimitedWithAClearError() {
        StreamStore store = open(1);
        List<MetadataChange> many = Collections.nCopies(MetadataChange.MAX_CHANGES + 1, create("", Map.of()));
        assertThat(Stores.failure(() -> store.commit(many)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("1001 changes, at most 1000");
        MetadataChange large = create("", Map.of("k", "v".repeat(CreateOptions.MAX_TAG_BYTES - 1)));
        assertThat(Stores.failure(() -> store.commit(Collections.nCopies(300, large))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("bytes of names and tags");
        assertRefused(
                store,
                List.of(create("good", Map.of()), create("x".repeat(CreateOptions.MAX_NAME_BYTES + 1), Map.of())),
                1,
                InvalidRequestException.class);
        assertThat(Stores.get(store.commit(many.subList(0, MetadataChange.MAX_CHANGES))))
                .hasSize(MetadataChange.MAX_CHANGES)
                .doesNotHaveDuplicates();
    }
}
