package io.s3stream.endtoend;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.adobe.testing.s3mock.S3MockApplication;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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

    static void killAndCheck(String storage, String wal, int rounds) {
        KillRounds kills = new KillRounds(storage, wal, Long.getLong("kill.seed", System.nanoTime()));
        for (int round = 0; round < rounds; round++) {
            kills.next();
            if (storage.startsWith("file:") || round == rounds - 1) { // to read everything from a server takes long
                Stores.verifyDeep(storage);
            }
        }
    }
}
