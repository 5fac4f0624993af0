package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.core.storage.DirectoryObjectStorage;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.metrics.RecordedMetrics;
import io.s3stream.testkit.storage.PooledIoExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which files a running store deletes from its directory, and which files it keeps. */
class DeletionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    Path dir;

    private final RecordedMetrics metrics = new RecordedMetrics();
    private ObjectStorage objects;

    @BeforeEach
    void openObjects() {
        objects = DirectoryObjectStorage.open(
                dir.resolve("objects"),
                new PooledIoExecutor(2),
                UnpooledByteBufAllocator.DEFAULT,
                new Random()::nextLong);
    }

    @AfterEach
    void closeObjects() {
        objects.close();
    }

    private StreamStore open(Duration grace, Duration sweepInterval) {
        return Stores.in(dir)
                .metrics(metrics)
                .config(Stores.smallSizes()
                        .deletionGrace(grace)
                        .sweepInterval(sweepInterval)
                        .build())
                .open();
    }

    private List<String> data() {
        return objects.list("data/", "", 1000).join().stream()
                .map(ObjectSummary::key)
                .toList();
    }

    private static Stream filled(StreamStore store, String name) {
        Stream stream = store.createStream(CreateOptions.named(name))
                .thenCompose(id -> store.openStream(id, OpenOptions.owner()))
                .join();
        for (int i = 0; i < 5; i++) {
            stream.append(RecordBatch.of(name + i, 1)).durable().join();
            stream.flush().join();
        }
        return stream;
    }

    private void put(String key) {
        objects.put(key, ObjectBody.of(new byte[100]), PutCondition.ALWAYS).join();
    }

    @Test
    void objectsWithoutStreamAreDeletedAfterGraceAndOthersStay() {
        try (StreamStore store = open(Duration.ofMillis(100), Duration.ZERO)) {
            filled(store, "kept");
            List<String> kept = data();
            Stream deleted = filled(store, "deleted");
            assertThat(data()).hasSize(10);

            store.deleteStream(deleted.id()).join();

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(data()).containsExactlyElementsOf(kept));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(metrics.count("s3stream.collect.objects", "kind", "retired"))
                            .isEqualTo(5));
        }
    }

    @Test
    void filesStayUntilGraceEnds() {
        try (StreamStore store = open(Duration.ZERO, Duration.ofMillis(50))) {
            Stream deleted = filled(store, "deleted");
            String orphan = ObjectKeys.data(0, 0, 1);
            put(orphan);
            store.deleteStream(deleted.id()).join();

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(data()).doesNotContain(orphan));
            assertThat(data()).hasSize(5);
        }
    }

    @Test
    void sweepDeletesOrphansAndKeepsUnknownFiles() {
        open(Duration.ofHours(1), Duration.ZERO).close();
        List<String> orphans = List.of(ObjectKeys.data(0, 0, 1), ObjectKeys.data(0, 1, 77));
        List<String> others = List.of(
                ObjectKeys.data(0, 3, 1), // of a future epoch
                ObjectKeys.data(9, 1, 1), // of a node that never registered
                "data/README",
                "data/zz/0-0-1",
                "mine/0-0-1");
        orphans.forEach(this::put);
        others.forEach(this::put);
        String abandoned = ObjectKeys.data(0, 1, 78);
        objects.createMultipart(abandoned)
                .join()
                .part(1, ObjectBody.of(new byte[10]))
                .join();
        objects.createMultipart("mine/parts")
                .join()
                .part(1, ObjectBody.of(new byte[10]))
                .join();

        try (StreamStore store = open(Duration.ofHours(1), Duration.ofMillis(100))) {
            filled(store, "kept");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(data()).doesNotContainAnyElementsOf(orphans));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(objects.listMultiparts("").join())
                            .extracting(upload -> upload.key())
                            .containsExactly("mine/parts"));
            assertThat(data()).hasSize(5 + 4).containsAll(others.subList(0, 4));
            assertThat(objects.head("mine/0-0-1").join()).isPresent();
            assertThat(metrics.count("s3stream.collect.objects", "kind", "orphan"))
                    .isEqualTo(2);
            assertThat(metrics.count("s3stream.collect.bytes", "kind", "orphan"))
                    .isEqualTo(200);
        }
    }
}
