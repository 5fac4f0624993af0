package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.adobe.testing.s3mock.S3MockApplication;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that appends is killed at a random moment, again and again; whatever it had said it had must be there. */
class KillTest {

    @TempDir
    Path dir;

    @Test
    void everyAcknowledgedAppendSurvivesFiveKillsUnchangedAndInOrder() {
        killAndCheck(Stores.objects(dir), Stores.wal(dir), 5);
    }

    @Test
    void everyAcknowledgedAppendSurvivesKillsWithTheWalInTheObjectStorage() {
        killAndCheck(Stores.objects(dir), Stores.storeWal(), 2);
    }

    @Test
    void everyAcknowledgedAppendSurvivesKillsWithTheWalInADirectory() throws Exception {
        killAndCheck(Stores.objects(dir), Stores.nfsWal(dir), 2);
    }

    @Test
    @Tag("campaign")
    void everyAcknowledgedAppendSurvivesManyKillsUnchangedAndInOrder() {
        killAndCheck(Stores.objects(dir), Stores.wal(dir), Integer.getInteger("kill.rounds", 25));
    }

    @Test
    @Tag("loop")
    void everyAcknowledgedAppendSurvivesKillsOnARawDevice() {
        String device = System.getProperty("loop.device");
        assumeThat(device).as("-Dloop.device=/dev/loopN, its contents are lost").isNotNull();
        killAndCheck(Stores.objects(dir), "block://" + device, Integer.getInteger("kill.rounds", 10));
    }

    @Test
    @SuppressWarnings("deprecation") // the port of plain HTTP has no other name
    void everyAcknowledgedAppendSurvivesKillsWithObjectsOnS3Mock() {
        Map<String, Object> properties = new HashMap<>(Map.of(
                S3MockApplication.PROP_HTTP_PORT,
                S3MockApplication.RANDOM_PORT,
                S3MockApplication.PROP_HTTPS_PORT,
                S3MockApplication.RANDOM_PORT,
                S3MockApplication.PROP_SILENT,
                true,
                "com.adobe.testing.s3mock.store.initial-buckets",
                "kills"));
        S3MockApplication server = S3MockApplication.start(properties, "--logging.level.root=OFF");
        try {
            String uri = "s3://kills/" + dir.getFileName() + "?endpoint=http://127.0.0.1:" + server.getHttpPort()
                    + "&pathStyle=true&unsafeSkipProbe=true";
            withCredentials(() -> killAndCheck(uri, Stores.wal(dir), 2));
        } finally {
            server.stop();
        }
    }

    @Test
    @Tag("rgw")
    void everyAcknowledgedAppendSurvivesKillsWithObjectsOnAnS3Server() {
        String uri = System.getProperty("s3.uri");
        assumeThat(uri).as("-Ds3.uri=s3://bucket/prefix?...").isNotNull();
        killAndCheck(Stores.below(uri, dir.getFileName() + "a"), Stores.wal(dir), Integer.getInteger("kill.rounds", 5));
        killAndCheck(
                Stores.below(uri, dir.getFileName() + "b"), Stores.storeWal(), Integer.getInteger("kill.rounds", 5));
    }

    /** Where the SDK's default chain looks, here and in the processes started from here. */
    private static void withCredentials(Runnable test) {
        System.setProperty("aws.accessKeyId", "any");
        System.setProperty("aws.secretAccessKey", "body");
        try {
            test.run();
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    static List<String> childOptions() {
        List<String> options = new ArrayList<>(List.of("-Xmx256m"));
        for (String property : List.of("aws.accessKeyId", "aws.secretAccessKey")) {
            if (System.getProperty(property) != null) {
                options.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        return options;
    }

    static void killAndCheck(String storage, String wal, int rounds) {
        long seed = Long.getLong("kill.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, Long> acked = new ConcurrentHashMap<>();
        for (int round = 0; round < rounds; round++) {
            runUntilKilled(storage, wal, random, acked);
            try {
                check(storage, wal, acked, random);
                if (storage.startsWith("file:") || round == rounds - 1) { // to read everything from a server takes long
                    Stores.verifyDeep(storage);
                }
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    private static void runUntilKilled(String storage, String wal, Random random, Map<String, Long> acked) {
        try (ChildJvm child =
                ChildJvm.start(AppendForever.class, childOptions(), line -> note(line, acked), storage, wal)) {
            child.await("starting");
            int acksToWaitFor = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(1500);
            for (int i = 0; i < acksToWaitFor; i++) {
                assertThat(child.next()).doesNotStartWith("failed");
            }
        }
    }

    private static void note(String line, Map<String, Long> acked) {
        String[] words = line.split(" ");
        if (words[0].equals("ack")) {
            acked.merge(words[1], Long.parseLong(words[2]), Math::max);
        }
    }

    private static void check(String storage, String wal, Map<String, Long> acked, Random random) {
        StreamStore store =
                Stores.open(StreamStore.builder().storage(storage).wal(wal).config(Stores.compacting()));
        for (int i = 0; i < AppendForever.STREAMS; i++) {
            Stream stream = Stores.own(store, AppendForever.streamName(i));
            assertThat(stream.confirmOffset()).isGreaterThanOrEqualTo(acked.getOrDefault(stream.name(), 0L));
            Stores.verify(stream, i, AppendForever.LARGEST);
            acked.put(stream.name(), stream.confirmOffset());
        }
        checkGroups(store, acked);
        if (random.nextBoolean()) {
            Stores.close(store);
        } else {
            Stores.abandon(store);
        }
        WatchedParts.awaitNoThreads(); // requests that were under way
    }

    /** All of a group or none of it: the streams have grown alike. */
    private static void checkGroups(StreamStore store, Map<String, Long> acked) {
        long groups = -1;
        for (int i = 0; i < AppendForever.GROUP; i++) {
            int index = i;
            Stream stream = Stores.own(store, AppendForever.groupName(i));
            assertThat(stream.confirmOffset()).isGreaterThanOrEqualTo(acked.getOrDefault(stream.name(), 0L));
            long grown = i == 0 ? stream.confirmOffset() / 2 : stream.confirmOffset();
            if (i == 0) {
                assertThat(stream.confirmOffset() % 2).isZero();
                groups = grown;
            }
            assertThat(grown).as("groups in %s", stream.name()).isEqualTo(groups);
            Stores.scan(
                    stream,
                    0,
                    stream.confirmOffset(),
                    100_000,
                    batch -> assertThat(batch.payload())
                            .isEqualTo(AppendForever.groupBatch(index, batch.baseOffset())
                                    .payload()));
            acked.put(stream.name(), stream.confirmOffset());
        }
    }
}
