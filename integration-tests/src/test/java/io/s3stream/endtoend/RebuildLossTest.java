package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamRange;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.api.tools.KeptObject;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RebuildRefusedException;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.EngineParts;
import io.s3stream.core.collect.OrphanRule;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.rebuild.LossRule;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.layout.ObjectKeys.DataKey;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rebuild without access to one object: it is refused, and never causes a deletion [R42]. */
class RebuildLossTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    Path dir;

    private final FailingGets storage = new FailingGets(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT));
    private List<String> objects = List.of();

    /** Three objects of one stream, without metadata, the middle one unreadable. */
    @BeforeEach
    void loseMetadata() {
        try (StreamStore store = Stores.open(builder("wal"))) {
            Stream stream = Stores.own(store, "orders");
            for (int i = 0; i < 3; i++) {
                Stores.get(stream.append(RecordBatch.of("record " + i, 1)).durable());
                Stores.get(stream.flush());
            }
            objects = Stores.get(store.describeRanges(stream.id())).stream()
                    .map(StreamRange::object)
                    .toList();
        }
        Stores.get(storage.delete(keys("meta/")));
        storage.unreadable = objects.get(1);
    }

    @Test
    void rebuildIsRefusedAndWritesNothing() {
        RebuildRefusedException refused = refused(RebuildOptions.into(storage));

        assertThat(refused.report().findings().list()).extracting(Finding::kind).contains(Kind.UNREADABLE);
        assertThat(refused)
                .hasMessageContaining(objects.get(1))
                .hasMessageContaining(refused.report().loss());
        assertThat(keys("meta/")).isEmpty();

        storage.unreadable = null;
        RebuildReport report = rebuild(RebuildOptions.into(storage));
        assertThat(report.loss()).isEmpty();
        assertThat(report.streams().get(0).end()).isEqualTo(3);
    }

    @Test
    void onlyListedLossIsAccepted() {
        String loss = refused(RebuildOptions.into(storage)).report().loss();
        storage.unreadable = objects.get(0);

        assertThat(refused(RebuildOptions.into(storage).acceptLoss(loss))
                        .report()
                        .loss())
                .isNotEqualTo(loss);

        storage.unreadable = objects.get(1);
        assertThat(rebuild(RebuildOptions.into(storage).acceptLoss(loss)).loss())
                .isEqualTo(loss);
    }

    @Test
    void sweepKeepsUnreadableObjectUntilItsRelease() {
        rebuild(RebuildOptions.into(storage).acceptLoss(RebuildOptions.ANY_LOSS));
        storage.unreadable = null;

        try (StreamStore store = openAndSweep(new EngineParts())) {
            assertThat(keys("data/")).containsAll(objects);
            List<KeptObject> kept = Stores.get(store.listKeptObjects());
            assertThat(kept)
                    .extracting(KeptObject::key)
                    .contains(objects.get(1))
                    .doesNotContain(objects.get(2));
            assertThat(Stores.get(StreamStore.builder().storage(storage).verify(VerifyOptions.indexes()))
                            .findings()
                            .list())
                    .extracting(Finding::kind)
                    .containsOnly(Kind.KEPT);

            assertThat(Stores.failure(() -> store.releaseKeptObjects(List.of(new KeptObject(objects.get(2), 1)))))
                    .hasMessageContaining(objects.get(2));
            Stores.get(store.releaseKeptObjects(kept));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(keys("data/"))
                            .doesNotContain(objects.get(1))
                            .contains(objects.get(2)));
        }
    }

    @Test
    void newNodeAfterRebuildRepeatsNoOlderKey() {
        storage.unreadable = null;
        rebuild(RebuildOptions.into(storage));
        try (StreamStore store = Stores.open(builder("other").nodeId(7))) {
            Stream stream = Stores.own(store, "after");
            Stores.get(stream.append(RecordBatch.of("new", 1)).durable());
            Stores.get(stream.flush());
            String key = Stores.get(store.describeRanges(stream.id())).get(0).object();
            assertThat(ObjectKeys.parse(key).nodeEpoch()).isGreaterThan(1 << 20);
        }
    }

    /** Mutant: without the rule that keeps objects older than the rebuild. */
    @Test
    void sweepWithoutMarkLosesObject() {
        rebuild(RebuildOptions.into(storage).acceptLoss(RebuildOptions.ANY_LOSS));
        storage.unreadable = null;
        EngineParts mutant = new EngineParts() {
            @Override
            public OrphanRule orphanRule() {
                return new OrphanRule() {
                    @Override
                    public boolean isKept(DataKey key, RebuildMark mark) {
                        return false;
                    }
                };
            }
        };
        try (StreamStore store = openAndSweep(mutant)) {
            assertThat(keys("data/")).doesNotContain(objects.get(1));
        }
    }

    /** Mutant: a rebuild skips an object that it cannot read. */
    @Test
    void storeRebuiltWithoutLossRuleLacksRecords() {
        EngineParts mutant = new EngineParts() {
            @Override
            public LossRule lossRule() {
                return new LossRule() {
                    @Override
                    protected boolean mayWrite(String loss, String accepted) {
                        return true;
                    }
                };
            }
        };
        RebuildReport report = Stores.get(new CoreStoreProvider(mutant)
                .rebuild(StreamStore.builder().storage(storage), RebuildOptions.into(storage)));
        assertThat(report.streams().get(0).start()).isEqualTo(2);
    }

    /** Opens the node, and waits until a sweep has run: it deletes an orphan newer than the rebuild. */
    private StreamStore openAndSweep(EngineParts parts) {
        long epoch;
        try (StreamStore first = Stores.open(builder("after"))) {
            epoch = Stores.get(first.listNodes()).get(0).epoch();
        }
        String orphan = ObjectKeys.data(0, epoch, 1 << 20);
        Stores.get(storage.put(orphan, ObjectBody.of(new byte[10]), PutCondition.ALWAYS));
        StreamStore store = Stores.get(new CoreStoreProvider(parts).open(builder("after")));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(keys("data/")).doesNotContain(orphan));
        return store;
    }

    private StreamStoreBuilder builder(String wal) {
        return StreamStore.builder()
                .storage(storage)
                .wal("block://" + dir.resolve(wal) + "?capacity=4MiB&singleAttach=true")
                .config(Stores.smallSizes()
                        .compactionEnabled(false)
                        .deletionGrace(Duration.ofMillis(50))
                        .sweepInterval(Duration.ofMillis(50))
                        .build());
    }

    private RebuildReport rebuild(RebuildOptions options) {
        return Stores.get(StreamStore.builder().storage(storage).rebuild(options));
    }

    private RebuildRefusedException refused(RebuildOptions options) {
        Throwable failure =
                Stores.failure(() -> StreamStore.builder().storage(storage).rebuild(options));
        assertThat(failure).isInstanceOf(RebuildRefusedException.class);
        return (RebuildRefusedException) failure;
    }

    private List<String> keys(String prefix) {
        return Stores.get(storage.list(prefix, "", 1000)).stream()
                .map(ObjectSummary::key)
                .toList();
    }

    /** Fails reads of one object. */
    private static final class FailingGets extends ForwardingObjectStorage {

        private volatile @Nullable String unreadable;

        FailingGets(ObjectStorage behind) {
            super(behind);
        }

        @Override
        public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
            return key.equals(unreadable)
                    ? CompletableFuture.failedFuture(new InvalidRequestException("object=" + key + ": access denied"))
                    : super.get(key, range);
        }
    }
}
