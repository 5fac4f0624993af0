package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.endtoend.RecordedRequests.Need;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The policies of {@code docs/iam} allow each request that a use of a store makes, and grant no action on a resource that
 * no request needs.
 */
class IamPoliciesTest {

    private static final String STORE_WAL = "store:?linger=2ms&capacity=4MiB";

    private static final int LARGE_BYTES = 40 << 20;

    @TempDir
    Path dir;

    private final RecordedRequests requests = new RecordedRequests();

    @Test
    void writerNeedsEachGrantAndNoOther() throws IOException {
        Set<Need> needs = new HashSet<>();
        writeOnce(Stores.wal(dir));
        String key =
                Stores.get(requests.bucket("data").list("data/", "", 1)).get(0).key();
        Stores.get(requests.bucket("data").createMultipart(key)); // of an epoch that the next opening ends
        try (StreamStore store = Stores.open(builder(Stores.wal(dir)).config(Stores.compacting()))) {
            Stream stream = Stores.own(store, "a");
            fill(stream, 40);
            Stores.read(store, "a");
            Stores.verify(stream, 0, 20_000);
            Stores.get(stream.trim(stream.confirmOffset()));
            await("deletion and sweep").atMost(Duration.ofSeconds(60)).until(() -> {
                needs.addAll(requests.take("data"));
                return has(needs, "s3:DeleteObject", "data/")
                        && Stores.get(requests.bucket("data").listMultiparts("data/"))
                                .isEmpty();
            });
            Stores.get(store.deleteStream(stream.id()));
            await("catalogue").atMost(Duration.ofSeconds(60)).until(() -> {
                needs.addAll(requests.take("data"));
                return has(needs, "s3:DeleteObject", "catalog/") && has(needs, "s3:DeleteObject", "meta/");
            });
        }
        needs.addAll(requests.take("data"));
        check(needs, IamPolicy.of(List.of("writer")));
    }

    @Test
    void readerNeedsEachGrantAndNoOther() throws IOException {
        writeOnce(Stores.wal(dir));
        requests.forget();
        try (StreamStore reader = Stores.get(builder(Stores.wal(dir)).openReadOnlyAsync())) {
            Stores.verify(Stores.read(reader, "a"), 0, 20_000);
        }
        Stores.get(builder(Stores.wal(dir)).locate("a", 0));
        Set<Need> needs = new HashSet<>(requests.take("data"));
        assertThat(Stores.failure(
                        () -> builder(Stores.wal(dir)).storage("s3://empty").openReadOnlyAsync()))
                .as("without the permission to list, S3 answers 403 where there is no store")
                .isInstanceOf(InvalidRequestException.class);
        needs.addAll(requests.take("empty"));
        check(needs, IamPolicy.of(List.of("reader")));
    }

    @Test
    void verifyNeedsEachGrantAndNoOther() throws IOException {
        writeOnce(Stores.wal(dir));
        requests.forget();
        Stores.get(builder(Stores.wal(dir)).verify(VerifyOptions.everything()));
        check(requests.take("data"), IamPolicy.of(List.of("verify")));
    }

    @Test
    void rebuildNeedsEachGrantAndNoOther() throws IOException {
        writeOnce(Stores.wal(dir));
        String large = "block://" + dir.resolve("large") + "?capacity=256MiB&singleAttach=true";
        try (StreamStore store = Stores.open(builder(large))) { // its object is copied in parts
            Stream stream = Stores.own(store, "a");
            Stores.get(stream.append(RecordBatch.of("x".repeat(LARGE_BYTES), 1)).durable());
        }
        requests.forget();
        Stores.get(builder(Stores.wal(dir))
                .rebuild(RebuildOptions.into(URI.create("s3://copy/p")).acceptLoss(RebuildOptions.ANY_LOSS)));
        check(requests.take("data"), IamPolicy.of(List.of("rebuild-source")));
        Set<Need> target = requests.take("copy");
        check(target, IamPolicy.of(List.of("rebuild-target")));
    }

    /** The WAL in the store's bucket needs its own directory, and a take-over that of the failed node. */
    @Test
    void walInTheStoreNeedsItsDirectory() throws IOException {
        StreamStore killed = Stores.open(builder(STORE_WAL).config(rarelyUploading()));
        fill(Stores.own(killed, "a"), 5);
        Stores.abandon(killed);
        writeOnce(STORE_WAL); // recovers the records and releases the generation before
        check(wal(requests.take("data"), "wal/"), IamPolicy.of(List.of("wal"), "NODE", "0"));
    }

    @Test
    void takeOverNeedsTheDirectoryOfTheFailedNode() throws IOException {
        StreamStore failed = Stores.open(builder(STORE_WAL).config(rarelyUploading()));
        fill(Stores.own(failed, "a"), 5);
        Stores.abandon(failed);
        try (StreamStore taker = Stores.open(builder(STORE_WAL).nodeId(7))) {
            requests.forget();
            assertThat(Stores.get(taker.takeOver(0)).frames()).isPositive();
            Set<Need> others = new HashSet<>();
            await("release").until(() -> {
                others.addAll(wal(requests.take("data"), "wal/0/"));
                return has(others, "s3:DeleteObject", "wal/0/");
            });
            check(others, IamPolicy.of(List.of("wal-take-over"), "FAILED-NODE", "0"));
        }
    }

    @Test
    void walInAnotherBucketNeedsEachGrantAndNoOther() throws IOException {
        String wal = "s3://logs/p?linger=2ms&capacity=4MiB";
        writeOnce(wal);
        writeOnce(wal);
        check(requests.take("logs"), IamPolicy.of(List.of("wal-bucket")));
    }

    @Test
    void sharedDeviceNeedsItsAllocation() throws IOException {
        writeOnce(Stores.sharedWal(dir));
        writeOnce(Stores.sharedWal(dir));
        check(wal(requests.take("data"), "wal-block/"), IamPolicy.of(List.of("wal-block-shared")));
    }

    /** Actions of a directory bucket are those of its sessions, so its policy grants sessions only. */
    @Test
    void policyOfADirectoryBucketGrantsSessions() throws IOException {
        assertThat(Files.readString(IamPolicy.FOLDER.resolve("directory-bucket.json")))
                .contains("\"s3express:CreateSession\"", "\"ReadWrite\"")
                .doesNotContain("\"s3:");
    }

    private void writeOnce(String wal) {
        try (StreamStore store = Stores.open(builder(wal).config(Stores.small()))) {
            fill(Stores.own(store, "a"), 20);
        }
    }

    private static StoreConfig rarelyUploading() {
        return Stores.smallSizes()
                .uploadThresholdBytes(1 << 20)
                .uploadInterval(Duration.ofMinutes(1))
                .build();
    }

    private static void fill(Stream stream, int batches) {
        for (int i = 0; i < batches; i++) {
            Stores.get(stream.append(Payloads.batch(0, stream.nextOffset(), 20_000))
                    .durable());
        }
    }

    private StreamStoreBuilder builder(String wal) {
        return StreamStore.builder()
                .storageProvider(requests)
                .storage("s3://data/p")
                .wal(wal);
    }

    private static Set<Need> wal(Set<Need> needs, String prefix) {
        return needs.stream().filter(need -> need.key().startsWith(prefix)).collect(Collectors.toSet());
    }

    private static boolean has(Set<Need> needs, String action, String prefix) {
        return needs.stream()
                .anyMatch(need -> need.action().equals(action) && need.key().startsWith(prefix));
    }

    private static void check(Set<Need> needs, IamPolicy policy) {
        assertThat(policy.denied(needs)).as("requests that the policy denies").isEmpty();
        assertThat(policy.unused(needs)).as("grants that no request needs").isEmpty();
    }
}
