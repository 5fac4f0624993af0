package io.s3stream.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The whole store with its WAL on a real NFS mount: {@code .ci/nfs} runs it. */
@EnabledIfEnvironmentVariable(named = "NFS_DIR", matches = ".+", disabledReason = "it needs a mount")
class MountedStoreTest {

    @TempDir
    Path dir;

    @Test
    void everyAcknowledgedAppendSurvivesKills() throws IOException {
        KillTest.killAndCheck(Stores.objects(dir), freshWal(), Integer.getInteger("kill.rounds", 3));
    }

    @Test
    void aWriterThatWakesUpIsFenced() throws IOException {
        ZombieProcessTest.stopReplaceAndWake(Stores.objects(dir), freshWal(), 1);
    }

    private static String freshWal() throws IOException {
        return Stores.nfsWal(Files.createTempDirectory(Path.of(System.getenv("NFS_DIR")), "store"));
    }
}
