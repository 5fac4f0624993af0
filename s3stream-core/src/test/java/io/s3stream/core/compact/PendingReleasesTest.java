package io.s3stream.core.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.StoreConfig;
import io.s3stream.core.compact.pace.Foreground;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.FixedMetadata;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.core.storage.MeteredObjectStorage;
import io.s3stream.core.upload.KeysInFlight;
import io.s3stream.core.upload.Uploader;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The metadata release the ranges of a large deleted stream in portions. Until its release, a range still counts for
 * its object.
 */
class PendingReleasesTest {

    private static final int RELEASED_AT_ONCE = 1000;
    private static final long BYTES = 1000;

    private final CompactionSettings settings =
            CompactionSettings.of(StoreConfig.builder().compactionFanout(2).build());
    private final PlannedStore store = new PlannedStore(settings);

    @Test
    void unreleasedRangeIsNotDamage() {
        long deleted = store.openStream();
        long kept = store.openStream();
        for (int i = 0; i < RELEASED_AT_ONCE; i++) {
            store.upload(Map.of(deleted, BYTES));
        }
        store.upload(Map.of(deleted, BYTES, kept, BYTES));
        ObjectMetadata last = newest();
        ObjectIndex index = index(entry(kept, 0, 0));
        store.submit(new Command.DeleteStream(PlannedStore.NODE, 1, deleted));

        assertThat(store.state().hasReleases()).isTrue();
        assertThat(RunPlanner.plan(List.of(new CompactionInput(last, index)), store.state()))
                .singleElement()
                .satisfies(run -> assertThat(run.streamId()).isEqualTo(kept));

        store.submit(new Command.ReleaseRanges(PlannedStore.NODE, 1, RELEASED_AT_ONCE));
        assertThat(store.state().hasReleases()).isFalse();
        ObjectIndex empty = index();
        assertThatThrownBy(() -> RunPlanner.plan(List.of(new CompactionInput(newest(), empty)), store.state()))
                .isInstanceOf(DamagedInputException.class);
    }

    @Test
    void ineffectivePlanIsRepeatedOnlyAfterPause() {
        MeteredObjectStorage storage =
                new MeteredObjectStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT));
        long deleted = store.openStream();
        for (int i = 0; i < RELEASED_AT_ONCE + settings.fanout(); i++) {
            store.upload(Map.of(deleted, BYTES));
            if (i >= RELEASED_AT_ONCE) {
                write(storage, newest(), entry(deleted, i * BYTES, 0));
            }
        }
        store.submit(new Command.DeleteStream(PlannedStore.NODE, 1, deleted));
        assertThat(store.plan()).hasSize(1);

        Simulator simulator = new Simulator(1);
        SimNode node = new SimNode(simulator, "node", step -> false);
        Compactor compactor = new Compactor(
                new CompactionTools(
                        node,
                        node.serialContext("compact"),
                        storage,
                        metadata(),
                        new Uploader.NodeIdentity(PlannedStore.NODE, 1),
                        new KeysInFlight(PlannedStore.NODE, 1),
                        new TrimRule(),
                        new CoverageProof(),
                        settings,
                        StoreMetrics.none().compaction()),
                new Foreground(() -> false, () -> false));
        compactor.start();
        int looks = 5;
        Duration time = settings.interval().multipliedBy(looks);
        simulator.runFor(time.toNanos());

        assertThat(storage.counters().reads()).isBetween((long) settings.fanout(), (long) looks * settings.fanout());
    }

    private FixedMetadata metadata() {
        return new FixedMetadata(new FixedMetadata.View(0, List.of(), List.of())) {
            @Override
            public MetadataView view() {
                return store.state();
            }
        };
    }

    private ObjectMetadata newest() {
        ObjectMetadata[] newest = new ObjectMetadata[1];
        store.state().forEachObject(object -> newest[0] = object);
        return newest[0];
    }

    private static BlockEntry entry(long stream, long base, long position) {
        return new BlockEntry(stream, 1, base, base + BYTES, 0, position, (int) BYTES + BlockFormat.HEADER_BYTES);
    }

    private static ObjectIndex index(BlockEntry... entries) {
        long end = entries.length * (BYTES + BlockFormat.HEADER_BYTES);
        ByteBuffer tail = ObjectIndex.encodeTail(List.of(entries), end);
        return ObjectIndex.decode(tail, end + tail.remaining());
    }

    private static void write(MeteredObjectStorage storage, ObjectMetadata object, BlockEntry entry) {
        ByteBuffer tail = ObjectIndex.encodeTail(List.of(entry), entry.size());
        ByteBuffer block = ByteBuffer.allocate(entry.size());
        assertThat((long) entry.size() + tail.remaining()).isEqualTo(object.size());
        storage.put(object.key(), ObjectBody.of(List.of(block, tail)), PutCondition.ALWAYS)
                .join();
    }
}
