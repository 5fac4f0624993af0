package io.s3stream.wal.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.StorageException;
import io.s3stream.testkit.wal.WalSession;
import io.s3stream.wal.nfs.directory.MountTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The server disappears while a writer runs. With a hard mount appends wait for it, with a soft one they fail. */
@EnabledIfEnvironmentVariable(named = "NFS_SERVER", matches = ".+", disabledReason = "it needs a server to stop")
class ServerRestartTest {

    private final Path mount = Path.of(System.getenv("NFS_DIR"));
    private final Path orders = Path.of(System.getenv("NFS_SERVER"));

    private boolean isSoft() throws IOException {
        return MountTable.current().of(mount).options().contains("soft");
    }

    @Test
    void appendsWaitForServerOrFail() throws Exception {
        boolean soft = isSoft();
        try (Generation generation =
                new Generation(new NfsWalProvider(), Files.createTempDirectory(mount, "wal"), 1 << 16)) {
            for (int i = 0; i < 20; i++) {
                WalSession.get(generation.append());
            }
            order("stop");
            CompletableFuture<Void> append = generation.append();
            if (soft) {
                assertThatThrownBy(() -> WalSession.get(append)).isInstanceOf(StorageException.class);
                assertThatThrownBy(() -> WalSession.get(generation.append()))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("has ended")
                        .satisfies(failure -> System.out.println("soft: " + failure.getMessage()));
                order("start");
            } else {
                Awaitility.await("it waits").during(Duration.ofSeconds(3)).until(() -> !append.isDone());
                order("start");
                WalSession.get(append);
                WalSession.get(generation.append());
                System.out.println("hard: continued after the restart");
            }
            int replayed = generation
                    .session
                    .fenceAndReplay(generation.descriptor, generation.frames.start())
                    .size();
            assertThat(replayed).isGreaterThanOrEqualTo(soft ? 20 : 22);
        }
    }

    private void order(String order) throws IOException {
        Files.writeString(orders, order);
        Awaitility.await(order).atMost(Duration.ofMinutes(1)).until(() -> !Files.exists(orders));
    }
}
