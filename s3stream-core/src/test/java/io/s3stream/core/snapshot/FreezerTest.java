package io.s3stream.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.ChangedIds;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.ModelState;
import io.s3stream.core.metadata.state.RandomBatches;
import io.s3stream.core.metadata.state.StateMachine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Snapshots made from changed ids, against the state itself, over random histories. */
class FreezerTest {

    private final StateMachine machine = new StateMachine();

    @Test
    void aSnapshotFromChangesEqualsOneOfTheWholeState() {
        for (long seed = 1; seed <= 15; seed++) {
            Random random = new Random(seed);
            ModelState model = new ModelState();
            RandomBatches batches = new RandomBatches(random, model, null, true);
            MetadataState state = machine.initial(new UUID(1, seed));
            state.track(1_000_000);
            FrozenMetadata frozen = Freezer.base(state);
            List<FrozenMetadata> all = new ArrayList<>();
            List<String> texts = new ArrayList<>();
            for (int step = 0; step < 300; step++) {
                Batch batch = batches.next();
                machine.apply(state, batch);
                model.apply(batch);
                if (random.nextInt(3) == 0) {
                    ChangedIds changed = Objects.requireNonNull(state.takeChanges());
                    FrozenMetadata before = frozen;
                    frozen = Freezer.advanced(frozen, state, changed);
                    assertThat(text(frozen)).as("seed %s step %s", seed, step).isEqualTo(text(Freezer.base(state)));
                    assertNamesAgree(frozen, state);
                    Difference known = Difference.of(before, frozen, changed.streams(), changed.nodes());
                    Difference full = Difference.ofAll(before, frozen);
                    assertThat(Set.copyOf(known.streams())).isEqualTo(Set.copyOf(full.streams()));
                    assertThat(known.nodes()).isEqualTo(full.nodes());
                    all.add(frozen);
                    texts.add(text(frozen));
                }
            }
            assertThat(all.stream().map(FreezerTest::text).toList())
                    .as("earlier snapshots")
                    .isEqualTo(texts);
        }
    }

    /** The first visit shows some streams before a batch and others after it. The recorded ids repair that. */
    @Test
    void aVisitDuringChangesIsRepairedByTheRecordedIds() {
        for (long seed = 1; seed <= 15; seed++) {
            Random random = new Random(seed);
            ModelState model = new ModelState();
            RandomBatches batches = new RandomBatches(random, model, null, true);
            MetadataState state = machine.initial(new UUID(1, seed));
            for (int step = 0; step < 200; step++) {
                Batch batch = batches.next();
                machine.apply(state, batch);
                model.apply(batch);
            }
            state.track(1_000_000);
            FrozenMetadata base = Freezer.base(state);
            for (int step = 0; step < 50; step++) {
                Batch batch = batches.next();
                machine.apply(state, batch);
                model.apply(batch);
            }
            FrozenMetadata mixed = mixed(base, Freezer.base(state), random);
            FrozenMetadata repaired = Freezer.advanced(mixed, state, Objects.requireNonNull(state.takeChanges()));
            assertThat(text(repaired)).isEqualTo(text(Freezer.base(state)));
        }
    }

    private static FrozenMetadata mixed(FrozenMetadata before, FrozenMetadata after, Random random) {
        Set<Long> ids = new HashSet<>();
        before.forEachStream(stream -> ids.add(stream.id()));
        after.forEachStream(stream -> ids.add(stream.id()));
        List<StreamMetadata> seen = ids.stream()
                .sorted()
                .map(id -> random.nextBoolean() ? before.stream(id) : after.stream(id))
                .filter(Objects::nonNull)
                .toList();
        List<NamedStream> names = seen.stream()
                .map(stream -> new NamedStream(stream.name(), stream.id()))
                .sorted(NamedStream.ORDER)
                .toList();
        Map<Integer, Integer> open = new HashMap<>();
        seen.stream().filter(StreamMetadata::isOpen).forEach(stream -> open.merge(stream.owner(), 1, Integer::sum));
        return new FrozenMetadata(
                before.sequence(),
                PersistentTree.of(FrozenMetadata.BY_ID, seen),
                PersistentTree.of(NamedStream.ORDER, names),
                before.nodesById(),
                open,
                before.quarantinesById());
    }

    @Test
    void tooManyChangesEndTheRecording() {
        MetadataState state = machine.initial(new UUID(1, 1));
        assertThat(state.takeChanges()).as("never asked for").isNull();
        state.track(1);
        assertThat(state.takeChanges()).isNotNull();
        Random random = new Random(4);
        ModelState model = new ModelState();
        RandomBatches batches = new RandomBatches(random, model, null, true);
        for (int step = 0; step < 100; step++) {
            Batch batch = batches.next();
            machine.apply(state, batch);
            model.apply(batch);
        }
        assertThat(state.takeChanges()).isNull();
    }

    private static void assertNamesAgree(FrozenMetadata frozen, MetadataState state) {
        for (StreamMetadata stream : state.streams("name")) {
            assertThat(frozen.findStream(stream.name())).isEqualTo(stream);
        }
        List<StreamMetadata> paged = new ArrayList<>();
        List<StreamMetadata> page = frozen.streams("name", null, 2);
        while (!page.isEmpty()) {
            paged.addAll(page);
            page = frozen.streams("name", page.get(page.size() - 1), 2);
        }
        assertThat(paged).hasSameElementsAs(state.streams("name")).hasSameSizeAs(state.streams("name"));
        assertThat(paged).extracting(StreamMetadata::name).isSorted();
        assertThat(frozen.streams("", null, Integer.MAX_VALUE)).hasSameSizeAs(state.streams(""));
    }

    private static String text(FrozenMetadata frozen) {
        StringBuilder out = new StringBuilder();
        frozen.forEachStream(stream -> out.append(stream)
                .append(frozen.quarantine(stream.id()) == null ? "" : " quarantined")
                .append('\n'));
        frozen.nodes()
                .forEach(node -> out.append(node)
                        .append(" open=")
                        .append(frozen.openStreams(node.id()))
                        .append('\n'));
        frozen.streams("", null, Integer.MAX_VALUE)
                .forEach(stream -> out.append(stream.id()).append(' '));
        return out.toString();
    }
}
