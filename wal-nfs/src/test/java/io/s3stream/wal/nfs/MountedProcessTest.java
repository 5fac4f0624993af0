package io.s3stream.wal.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A writer in another process, stopped under full load (SIGSTOP), fenced, and resumed. On {@code NFS_DIR} if it is set.
 */
class MountedProcessTest {

    private static final int ROUNDS = 3;

    @Test
    void resumedProcessAcknowledgesNoFrameMissingFromReplay() throws Exception {
        String mount = System.getenv("NFS_DIR");
        Path directory =
                mount == null ? Files.createTempDirectory("wal") : Files.createTempDirectory(Path.of(mount), "wal");
        for (int round = 1; round <= ROUNDS; round++) {
            takeOver(directory, round);
        }
    }

    private static void takeOver(Path directory, int round) throws IOException, InterruptedException {
        Process zombie = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ZombieProcess.class.getName(),
                        directory.toString(),
                        Long.toString((long) round << 16))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = zombie.inputReader();
                ThreadedTestRuntime runtime = new ThreadedTestRuntime(round)) {
            WalDescriptor descriptor = Generation.descriptor(output.readLine().substring("DESCRIPTOR ".length()));
            String line = "";
            for (int i = 0; i < 20 * round; i++) {
                line = output.readLine();
            }
            assertThat(line).startsWith("ACK");
            signal("STOP", zombie);
            WalAnchor start = WalFrames.start(descriptor, 1);
            long end;
            try (WalSession session = WalSession.attach(
                    new NfsWalProvider(), descriptor.uri(), AttachMode.EXISTING, Generation.context(runtime))) {
                List<WalSession.Read> replayed = session.fenceAndReplay(descriptor, start);
                end = replayed.size();
                if (round % 2 == 0) {
                    session.release(descriptor);
                }
            }
            signal("CONT", zombie);
            long acked = 20L * round;
            for (line = output.readLine(); line.startsWith("ACK"); line = output.readLine()) {
                acked = Long.parseLong(line.substring("ACK ".length()));
            }
            System.out.println("round " + round + ": acknowledged " + acked + ", replayed " + end + "; " + line);
            assertThat(acked).isLessThanOrEqualTo(end);
            assertThat(line).contains(round % 2 == 0 ? "Exception" : "FencedException");
            assertThat(zombie.waitFor()).isZero();
        } finally {
            zombie.destroyForcibly();
        }
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
