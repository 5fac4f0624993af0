package io.s3stream.endtoend;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.adobe.testing.s3mock.S3MockApplication;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An appending process is killed at a random moment, again and again. All acknowledged records must be there. */
class KillTest {

    @TempDir
    Path dir;

    @Test
    void acknowledgedAppendsSurviveFiveKillsUnchangedAndInOrder() {
        killAndCheck(Stores.objects(dir), Stores.wal(dir), 5);
    }

    @Test
    void acknowledgedAppendsSurviveKillsWithWalInObjectStorage() {
        killAndCheck(Stores.objects(dir), Stores.storeWal(), 2);
    }

    @Test
    void acknowledgedAppendsSurviveKillsWithWalInDirectory() throws Exception {
        killAndCheck(Stores.objects(dir), Stores.nfsWal(dir), 2);
    }

    @Test
    @Tag("campaign")
    void acknowledgedAppendsSurviveManyKillsUnchangedAndInOrder() {
        killAndCheck(Stores.objects(dir), Stores.wal(dir), Integer.getInteger("kill.rounds", 25));
    }

    @Test
    @Tag("loop")
    void acknowledgedAppendsSurviveKillsOnRawDevice() {
        String device = System.getProperty("loop.device");
        assumeThat(device).as("-Dloop.device=/dev/loopN, its contents are lost").isNotNull();
        killAndCheck(Stores.objects(dir), "block://" + device, Integer.getInteger("kill.rounds", 10));
    }

    @Test
    @SuppressWarnings("deprecation") // the port of plain HTTP has no other name
    void acknowledgedAppendsSurviveKillsWithObjectsOnS3Mock() {
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
    void acknowledgedAppendsSurviveKillsWithObjectsOnS3Server() {
        String uri = System.getProperty("s3.uri");
        assumeThat(uri).as("-Ds3.uri=s3://bucket/prefix?...").isNotNull();
        killAndCheck(Stores.below(uri, dir.getFileName() + "a"), Stores.wal(dir), Integer.getInteger("kill.rounds", 5));
        killAndCheck(
                Stores.below(uri, dir.getFileName() + "b"), Stores.storeWal(), Integer.getInteger("kill.rounds", 5));
    }

    /** The credentials that the SDK's default chain finds, here and in the child processes. */
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
            if (storage.startsWith("file:") || round == rounds - 1) { // reading everything from a server takes long
                Stores.verifyDeep(storage);
            }
        }
    }
}
