package io.s3stream.core.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.compact.CompactionTask.Kind;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.state.MetadataInvariants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactionPlannerTest {

    private static final long MIB = 1 << 20;
    private static final int FANOUT = 8;

    private static final CompactionSettings SETTINGS = new CompactionSettings(
            Duration.ofSeconds(10), 64 * MIB, 32 * MIB, 8 << 20, 5 << 20, FANOUT, 1 << 20, 16 * MIB, 1024 * MIB, 1);

    private final PlannedStore store = new PlannedStore(SETTINGS);

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1000})
    void sharedObjectsStayFewForAnyNumberOfStreams(int streams) {
        Random random = new Random(streams);
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            ids.add(store.openStream());
        }
        int most = 0;
        for (int upload = 0; upload < 600; upload++) {
            Map<Long, Long> bytes = new TreeMap<>();
            for (int i = 0; i < streams; i++) { // the first streams get most of the bytes
                if (random.nextInt(1 + i / 4) == 0) {
                    bytes.put(ids.get(i), 1 + random.nextLong(32 * MIB / streams));
                }
            }
            store.upload(bytes);
            store.compact();
            most = Math.max(most, store.counts().getOrDefault("shared", 0));
        }
        double rewritten = (double) store.bytesCompacted / store.bytesUploaded;
        System.out.printf(
                "%4d streams: %5d MiB in %s, at most %d shared, rewritten %.2f times in %d tasks%n",
                streams, store.bytesUploaded / MIB, store.counts(), most, rewritten, store.tasks);
        int tiers = (int) Math.ceil(Math.log((double) store.bytesUploaded / MIB) / Math.log(FANOUT)) + 1;
        assertThat(most).isLessThanOrEqualTo((FANOUT - 1) * tiers);
        assertThat(rewritten).isLessThan(tiers + 1);
    }

    @Test
    void objectsOfOneStreamGrowToTheirLimit() {
        long stream = store.openStream();
        for (int i = 0; i < 200; i++) {
            store.upload(Map.of(stream, 40 * MIB));
            store.compact();
        }
        List<Long> sizes =
                store.objects().stream().map(ObjectMetadata::liveBytes).toList();
        assertThat(sizes).allMatch(bytes -> bytes <= 1024 * MIB);
        assertThat(sizes.size()).isLessThanOrEqualTo(8 + 2 * (FANOUT - 1));
        assertThat((double) store.bytesCompacted / store.bytesUploaded).isLessThan(3);
    }

    @Test
    void largeNeighboursAreNotRead() {
        long stream = store.openStream();
        for (int i = 0; i < 3 * FANOUT; i++) {
            store.upload(Map.of(stream, 600 * MIB));
        }
        assertThat(store.plan()).isEmpty();
    }

    @Test
    void onlyNeighboursAreMerged() {
        long stream = store.openStream();
        long other = store.openStream();
        for (int i = 0; i < FANOUT; i++) {
            store.upload(Map.of(stream, 20 * MIB));
            if (i == 3) { // a small range in between, in a shared object
                store.upload(Map.of(stream, MIB, other, MIB));
            }
        }
        assertThat(store.plan()).isEmpty();
        for (int i = 4; i < FANOUT; i++) {
            store.upload(Map.of(stream, 20 * MIB));
        }
        assertThat(store.plan()).singleElement().satisfies(task -> {
            assertThat(task.kind()).isEqualTo(Kind.JOIN);
            assertThat(task.inputs()).hasSize(FANOUT);
            assertThat(task.bytes()).isEqualTo(FANOUT * 20 * MIB);
        });
    }

    @Test
    void mostlyDeadObjectIsRewritten() {
        List<Long> streams = new ArrayList<>();
        Map<Long, Long> bytes = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
            streams.add(store.openStream());
            bytes.put(streams.get(i), MIB);
        }
        store.upload(bytes);
        for (int i = 0; i < 5; i++) {
            store.trim(streams.get(i), MIB);
        }
        assertThat(store.plan()).as("half of the object is alive").isEmpty();
        store.trim(streams.get(5), MIB);
        assertThat(store.plan())
                .singleElement()
                .satisfies(task -> assertThat(task.kind()).isEqualTo(Kind.REWRITE));
        store.compact();
        assertThat(store.objects()).singleElement().satisfies(object -> {
            assertThat(object.liveBytes()).isEqualTo(4 * MIB);
            assertThat(object.size()).isLessThan(5 * MIB);
        });
    }

    @Test
    void objectsOfOtherNodesAndQuarantinedObjectsAreSkipped() {
        long stream = store.openStream();
        for (int i = 0; i < FANOUT; i++) {
            store.upload(Map.of(stream, MIB / 2));
        }
        CompactionPlanner planner = new CompactionPlanner(SETTINGS);
        assertThat(planner.plan(store.state(), PlannedStore.NODE, id -> false)).hasSize(1);
        assertThat(planner.plan(store.state(), PlannedStore.NODE, id -> id == 5))
                .isEmpty();
        for (int other : new int[] {0, 30, 33, 4}) {
            assertThat(planner.plan(store.state(), other, id -> false)).isEmpty();
        }
    }

    @Test
    void objectsOfNodeWithoutGenerationAreShareOfOneOtherNode() {
        long stream = store.openStream();
        for (int i = 0; i < FANOUT; i++) {
            store.upload(Map.of(stream, MIB / 2));
        }
        for (int node : new int[] {5, 8, 30}) {
            store.openNode(node);
        }
        // With three nodes {5, 8, 30}, node 3 belongs to index 3 % 3 = 0, which is node 5.
        assertThat(plansOf(5)).hasSize(1);
        assertThat(plansOf(8)).isEmpty();
        assertThat(plansOf(30)).isEmpty();
        store.openNode(2);
        assertThat(plansOf(30)).as("3 % 4 of {2, 5, 8, 30}").hasSize(1);
        assertThat(plansOf(5)).isEmpty();
        assertThat(plansOf(PlannedStore.NODE))
                .as("its own share, once it opens")
                .hasSize(1);
        store.openGeneration(PlannedStore.NODE);
        for (int node : new int[] {2, 5, 8, 30}) {
            assertThat(plansOf(node)).as("the node is back").isEmpty();
        }
    }

    /** Each node sees a state in which the objects are its share. Work is wasted, nothing else. */
    @Test
    void twoNodesMayCompactSameObjects() {
        long stream = store.openStream();
        long other = store.openStream();
        for (int i = 0; i < FANOUT; i++) {
            store.upload(Map.of(stream, MIB / 2, other, MIB / 4));
        }
        store.openNode(5);
        List<CompactedObject> first = store.compacted(plansOf(5).get(0));
        List<CompactedObject> second =
                store.compacted(plansOf(PlannedStore.NODE).get(0));
        store.upload(Map.of(stream, MIB));
        store.trim(other, MIB);
        assertThat(store.commit(5, first)).isEmpty();
        long bytes = store.state().stream(stream).ranges().bytes(0, 2);
        assertThat(store.commit(PlannedStore.NODE, second)).containsExactly(stream, other);
        MetadataInvariants.check(store.state());
        assertThat(store.state().stream(stream).ranges().bytes(0, 2)).isEqualTo(bytes);
        assertThat(store.objects().stream().filter(ObjectMetadata::isRetired)).hasSize(FANOUT + second.size());
    }

    private List<CompactionTask> plansOf(int node) {
        return new CompactionPlanner(SETTINGS).plan(store.state(), node, id -> false);
    }

    /** Planning ends for any sizes: no task makes another task necessary forever. */
    @Test
    void everyStateNeedsFiniteNumberOfTasks() {
        for (long seed = 1; seed <= 30; seed++) {
            Random random = new Random(seed);
            CompactionSettings tiny = new CompactionSettings(
                    Duration.ofSeconds(1),
                    1 << 20,
                    1 << 16,
                    1 << 13,
                    1 << 12,
                    2 + random.nextInt(3),
                    1 << 12,
                    12 << 10,
                    64 << 10,
                    1);
            PlannedStore small = new PlannedStore(tiny);
            List<Long> ids = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                ids.add(small.openStream());
            }
            for (int step = 0; step < 120; step++) {
                Map<Long, Long> bytes = new TreeMap<>();
                for (long id : ids) {
                    if (random.nextInt(3) > 0) {
                        bytes.put(id, 1 + random.nextLong(1L << random.nextInt(16)));
                    }
                }
                small.upload(bytes);
                long trimmed = ids.get(random.nextInt(ids.size()));
                StreamMetadata stream = small.state().stream(trimmed);
                small.trim(
                        trimmed,
                        stream.startOffset() + random.nextLong(1 + stream.committedEnd() - stream.startOffset()));
                if (random.nextInt(4) == 0) {
                    small.compact();
                }
            }
            small.compact();
            assertThat(small.plan()).isEmpty();
        }
    }
}
