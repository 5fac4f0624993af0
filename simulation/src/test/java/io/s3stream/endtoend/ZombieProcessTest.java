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
 * A process is stopped in full load, another one becomes its node, and then the first goes on: it must acknowledge nothing
 * that the second has not recovered, and say that it was fenced.
 */
class ZombieProcessTest {

    private static final List<String> SMALL = List.of("-Xmx256m");

    @TempDir
    Path dir;

    @Test
    void aWriterToAWalOnObjectStorageThatWakesUpIsFenced() {
        stopReplaceAndWake(Stores.objects(dir), Stores.storeWal(), 2);
    }

    @Test
    void aWriterToAWalInADirectoryThatWakesUpIsFenced() throws Exception {
        stopReplaceAndWake(Stores.objects(dir), Stores.nfsWal(dir), 2);
    }

    @Test
    void aWriterToASharedDeviceThatWakesUpIsFenced() {
        stopReplaceAndWake(Stores.objects(dir), Stores.sharedWal(dir), 2);
    }

    @Test
    @Tag("rgw")
    void aWriterToAWalOnAnS3ServerThatWakesUpIsFenced() {
        String uri = System.getProperty("s3.uri");
        assumeThat(uri).as("-Ds3.uri=s3://bucket/prefix?...").isNotNull();
        stopReplaceAndWake(
                Stores.below(uri, "" + dir.getFileName()), Stores.storeWal(), Integer.getInteger("zombie.rounds", 3));
    }

    /** Where a lock is the fence the second has to wait for the first one's death, and need not wait longer. */
    @Test
    void theHolderOfAnExclusiveWalIsNamedAndReplacedAtOnceWhenItDies() {
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

    static void stopReplaceAndWake(String objects, String wal, int rounds) {
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
                try (StreamStore store = openBeside(zombie, objects, wal)) {
                    recover(store, recovered);
                    zombie.resume();
                    await().atMost(Duration.ofSeconds(60)).until(() -> failures.size() >= AppendForever.STREAMS);
                    // By the WAL or by the metadata, whichever heard of it first.
                    assertThat(failures)
                            .allMatch(
                                    failure -> failure.startsWith("failed FENCED ") && failure.contains("was fenced"));
                    acked.forEach((name, end) ->
                            assertThat(end).as("acknowledged of %s", name).isLessThanOrEqualTo(recovered.get(name)));
                    goOn(store, recovered);
                }
                WatchedParts.awaitNoThreads(); // requests that were under way
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

    /** Checks all of what is there and notes where it ends. */
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

    /** The second one is not disturbed by what the first did since. */
    private static void goOn(StreamStore store, Map<String, Long> recovered) {
        Stores.get(store.flush());
        for (int i = 0; i < AppendForever.STREAMS; i++) {
            StreamReader stream = Stores.read(store, AppendForever.streamName(i));
            assertThat(stream.confirmOffset()).isGreaterThan(recovered.get(stream.name()));
            Stores.verify(stream, i, AppendForever.LARGEST);
        }
    }

    /**
     * A local directory's conditional writes are made under a lock of the file system. Stopped while it holds that lock, the
     * first process stops everybody; then it is stopped again a little later.
     */
    private static StreamStore openBeside(ChildJvm stopped, String objects, String wal) {
        CompletableFuture<StreamStore> opening = builder(objects, wal).openAsync();
        for (int i = 0; i < 10; i++) {
            try {
                return opening.get(5, TimeUnit.SECONDS);
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
