package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.ConflictException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is stopped under full load, another one becomes its node, and then the first resumes. It must acknowledge
 * nothing that the second has not recovered, and report that it was fenced.
 */
class ZombieProcessTest {

    private static final List<String> SMALL = List.of("-Xmx256m");

    @TempDir
    Path dir;

    @Test
    void resumedWriterToWalOnObjectStorageIsFenced() {
        stopReplaceAndResume(Stores.objects(dir), Stores.storeWal(), 2);
    }

    @Test
    void resumedWriterToWalInDirectoryIsFenced() throws Exception {
        stopReplaceAndResume(Stores.objects(dir), Stores.nfsWal(dir), 2);
    }

    @Test
    void resumedWriterToSharedDeviceIsFenced() {
        stopReplaceAndResume(Stores.objects(dir), Stores.sharedWal(dir), 2);
    }

    @Test
    @Tag("rgw")
    void resumedWriterToWalOnS3ServerIsFenced() {
        String uri = System.getProperty("s3.uri");
        assumeThat(uri).as("-Ds3.uri=s3://bucket/prefix?...").isNotNull();
        stopReplaceAndResume(
                Stores.below(uri, "" + dir.getFileName()), Stores.storeWal(), Integer.getInteger("zombie.rounds", 3));
    }

    /** Where a lock is the fence, the second process has to wait for the first one's death, and no longer. */
    @Test
    void holderOfExclusiveWalIsNamedAndReplacedWhenItDies() {
        String objects = Stores.objects(dir);
        String wal = Stores.wal(dir);
        try (ChildJvm first = ChildJvm.start(AppendForever.class, SMALL, objects, wal)) {
            first.await("ack");
            first.suspend();
            assertThat(Stores.failure(() -> open(objects, wal)))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("held by process ");
            first.kill();
        }
        Stores.close(open(objects, wal));
    }

    static void stopReplaceAndResume(String objects, String wal, int rounds) {
        Map<String, Long> recovered = new HashMap<>();
        for (int round = 0; round < rounds; round++) {
            Map<String, Long> acked = new ConcurrentHashMap<>();
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            try (ChildJvm zombie =
                    ChildJvm.start(AppendForever.class, SMALL, line -> note(line, acked, failures), objects, wal)) {
                zombie.await("starting");
                for (int i = 0; i < 300; i++) {
                    assertThat(zombie.next()).doesNotStartWith("failed");
                }
                zombie.suspend();
                try (StreamStore store = openConcurrently(zombie, objects, wal)) {
                    recover(store, recovered);
                    zombie.resume();
                    await().atMost(Duration.ofSeconds(60)).until(() -> failures.size() >= AppendForever.STREAMS);
                    // By the WAL or by the metadata: either may notice it first.
                    assertThat(failures)
                            .allMatch(
                                    failure -> failure.startsWith("failed FENCED ") && failure.contains("was fenced"));
                    acked.forEach((name, end) ->
                            assertThat(end).as("acknowledged of %s", name).isLessThanOrEqualTo(recovered.get(name)));
                    goOn(store, recovered);
                }
                WatchedParts.awaitNoThreads(); // pending requests
            }
        }
    }

    private static void note(String line, Map<String, Long> acked, Queue<String> failures) {
        String[] words = line.split(" ");
        if (words[0].equals("ack")) {
            acked.merge(words[1], Long.parseLong(words[2]), Math::max);
        } else if (words[0].equals("failed")) {
            failures.add(line);
        }
    }

    /** Checks all records and keeps their end. */
    private static void recover(StreamStore store, Map<String, Long> recovered) {
        for (int i = 0; i < AppendForever.STREAMS; i++) {
            Stream stream = Stores.own(store, AppendForever.streamName(i));
            Stores.verify(stream, i, AppendForever.LARGEST);
            recovered.put(stream.name(), stream.confirmOffset());
            Stores.get(stream.append(Payloads.batch(i, stream.nextOffset(), AppendForever.LARGEST))
                    .durable());
        }
        for (int i = 0; i < AppendForever.GROUP; i++) {
            String name = AppendForever.groupName(i);
            recovered.put(name, Stores.own(store, name).confirmOffset());
        }
    }

    /** The second process is not disturbed by later writes of the first. */
    private static void goOn(StreamStore store, Map<String, Long> recovered) {
        Stores.get(store.flush());
        for (int i = 0; i < AppendForever.STREAMS; i++) {
            StreamReader stream = Stores.read(store, AppendForever.streamName(i));
            assertThat(stream.confirmOffset()).isGreaterThan(recovered.get(stream.name()));
            Stores.verify(stream, i, AppendForever.LARGEST);
        }
    }

    /**
     * A local directory makes conditional writes under a lock of the file system. A process stopped while holding that
     * lock would stop every process. Then it is resumed and stopped again a little later. All tries together take less than
     * the time-out of the WAL, because the writer would else fail before it is fenced.
     */
    private static StreamStore openConcurrently(ChildJvm stopped, String objects, String wal) {
        CompletableFuture<StreamStore> opening = builder(objects, wal).openAsync();
        for (int i = 0; i < 20; i++) {
            try {
                return opening.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                stopped.resume();
                stopped.next();
                stopped.suspend();
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }
        return Stores.get(opening);
    }

    private static StreamStore open(String objects, String wal) {
        return Stores.open(builder(objects, wal));
    }

    private static StreamStoreBuilder builder(String objects, String wal) {
        return StreamStore.builder().storage(objects).wal(wal).config(Stores.small());
    }
}
