package io.s3stream.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.snapshot.Difference.StreamChange;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PendingUpdateTest {

    private final FrozenMetadata frozen = new FrozenMetadata(
            1,
            PersistentTree.of(FrozenMetadata.BY_ID, List.of()),
            PersistentTree.of(NamedStream.ORDER, List.of()),
            Map.of(),
            Map.of(),
            Map.of());
    private final PendingUpdate pending = new PendingUpdate("a.");

    private static @Nullable StreamMetadata named(@Nullable String name) {
        return name == null ? null : StreamMetadata.created(7, name, Map.of());
    }

    private void change(@Nullable String before, @Nullable String after) {
        pending.add(frozen, new Difference(List.of(new StreamChange(7, named(before), named(after))), Set.of()));
    }

    private MetadataUpdate take() {
        return pending.take(FrozenSnapshot::new);
    }

    /** The first update, which names no change. */
    @BeforeEach
    void takeFirst() {
        assertThat(pending.isEmpty()).isTrue();
        change(null, "a.x");
        MetadataUpdate first = take();
        assertThat(first.created()).isEmpty();
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void aCreationThatWasNotToldTakesUpLaterChanges() {
        change(null, "a.x");
        change("a.x", "a.y");
        assertThat(take().created()).containsExactly(7L);
        change(null, "a.x");
        change("a.x", null);
        assertThat(pending.isEmpty()).as("created and deleted in between").isTrue();
    }

    @Test
    void aRenameAcrossThePrefixIsACreationOrADeletion() {
        change("b.x", "a.x");
        assertThat(take().created()).containsExactly(7L);
        change("a.x", "b.x");
        assertThat(take().deleted()).containsExactly(7L);
        change("a.x", "b.x");
        change("b.x", "a.y");
        MetadataUpdate back = take();
        assertThat(back.changed()).containsExactly(7L);
        assertThat(back.deleted()).isEmpty();
        change("b.x", "b.y");
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void aChangeBeforeADeletionIsADeletion() {
        change("a.x", "a.y");
        change("a.y", null);
        MetadataUpdate update = take();
        assertThat(update.deleted()).containsExactly(7L);
        assertThat(update.changed()).isEmpty();
        assertThat(update.isComplete()).isTrue();
    }

    @Test
    void tooManyStreamsMakeTheUpdateIncompleteAndTheNextOneIsCompleteAgain() {
        List<StreamChange> many = LongStream.rangeClosed(1, MetadataUpdate.MAX_STREAMS + 1)
                .mapToObj(id -> new StreamChange(id, null, StreamMetadata.created(id, "a." + id, Map.of())))
                .toList();
        pending.add(frozen, new Difference(many, Set.of(3)));
        change("a.x", null);
        MetadataUpdate update = take();
        assertThat(update.isComplete()).isFalse();
        assertThat(update.created()).isEmpty();
        assertThat(update.deleted()).isEmpty();
        assertThat(update.nodes()).containsExactly(3);
        change("a.x", "a.y");
        assertThat(take().isComplete()).isTrue();
    }
}
