package io.s3stream.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The whole store with its WAL on a real NFS mount, and objects in {@code TMPDIR}: {@code .ci/nfs} runs it. */
@EnabledIfEnvironmentVariable(named = "NFS_DIR", matches = ".+", disabledReason = "it needs a mount")
class MountedStoreTest {

    @Test
    void acknowledgedAppendsSurviveKills() throws IOException {
        KillTest.killAndCheck(freshObjects(), freshWal(), Integer.getInteger("kill.rounds", 3));
    }

    @Test
    void resumedWriterIsFenced() throws IOException {
        ZombieProcessTest.stopReplaceAndResume(freshObjects(), freshWal(), 1);
    }

    private static String freshObjects() throws IOException {
        return Stores.objects(Files.createTempDirectory(Path.of(System.getenv("TMPDIR")), "objects"));
    }

    private static String freshWal() throws IOException {
        return Stores.nfsWal(Files.createTempDirectory(Path.of(System.getenv("NFS_DIR")), "store"));
    }
}
