package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.wal.block.device.DeviceSource;
import io.s3stream.wal.block.device.FileDeviceSource;
import io.s3stream.wal.block.format.Superblock;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exclusive mode with real processes. A process loses its POSIX lock because it opens and closes another descriptor of
 * the WAL file (R39).
 */
class LockLostTest {

    static final String OPTIONS = "?capacity=2MiB&maxInFlight=4";
    private static final int ROUNDS = 2;

    @TempDir
    Path directory;

    private final ThreadedTestRuntime runtime = new ThreadedTestRuntime(System.nanoTime());
    private final WalContext context = Wal.context(runtime, Child.FRAME);

    @AfterEach
    void allThreadsEnd() {
        runtime.close();
    }

    /** A fresh medium. */
    URI medium() throws Exception {
        return URI.create("block://" + directory.resolve("wal") + OPTIONS);
    }

    /** Like another container: it cannot see the other's processes. */
    private static DeviceSource blind() {
        FileDeviceSource devices = new FileDeviceSource();
        return devices::open;
    }

    @Test
    void runningHolderIsRespectedAlthoughItsLockIsFree() throws Exception {
        URI uri = medium();
        Child.Told told = new Child.Told();
        try (Child.Handle child = new Child.Handle("backup", uri.toString(), "1")) {
            hearUntilBackup(uri, child, told);
            assertLockIsFree(uri);
            assertThatThrownBy(() -> Wal.attach(new BlockWalProvider(), uri, AttachMode.EXISTING, context))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("held by process " + child.process.pid() + " on host")
                    .hasMessageContaining("still running")
                    .hasMessageContaining("end that process first");
            int before = told.acked.size();
            while (told.acked.size() < before + 100) {
                told.hear(child.out.readLine(), told.descriptor); // it was not disturbed
            }
            child.process.toHandle().destroyForcibly();
            child.process.waitFor();
            hearTheRest(child, told);
        }
        assertThat(told.failure).isNull();
        try (WalMedium medium = Wal.attach(new BlockWalProvider(), uri, AttachMode.EXISTING, context)) {
            told.check(Wal.fenceAndReplay(medium, told.descriptor, told.committed));
        }
    }

    /** The taker writes directly, the holder reads through the page cache. */
    @Test
    void invisibleHolderIsFencedUnderFullLoadAndLosesNothing() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            URI uri = medium();
            Child.Told told = new Child.Told();
            try (Child.Handle child = new Child.Handle("backup", uri.toString(), Integer.toString(round))) {
                hearUntilBackup(uri, child, told);
                try (WalMedium medium = Wal.attach(new BlockWalProvider(blind()), uri, AttachMode.EXISTING, context)) {
                    hearTheRest(child, told); // it ends on its own
                    assertThat(told.failure)
                            .startsWith("failed FencedException")
                            .contains("taken over by process "
                                    + ProcessHandle.current().pid());
                    told.check(Wal.fenceAndReplay(medium, told.descriptor, told.committed));
                    Wal.get(medium.release(told.descriptor));
                    assertThat(Wal.get(medium.prepare(100 + round))).isNotNull();
                }
            }
            retire(uri);
        }
    }

    /** The next round begins with a new medium. */
    void retire(URI uri) throws Exception {
        java.nio.file.Files.delete(Path.of(uri.getPath()));
    }

    private static void hearUntilBackup(URI uri, Child.Handle child, Child.Told told) throws Exception {
        String line = child.out.readLine();
        while (!line.startsWith("descriptor")) {
            line = child.out.readLine();
        }
        told.hear(line, descriptor(uri, line));
        while (!told.backedUp) {
            told.hear(child.out.readLine(), told.descriptor);
        }
    }

    private static void hearTheRest(Child.Handle child, Child.Told told) throws IOException {
        String line;
        while ((line = child.out.readLine()) != null) {
            told.hear(line, told.descriptor);
        }
    }

    private static void assertLockIsFree(URI uri) throws IOException {
        try (FileChannel channel = FileChannel.open(Path.of(uri.getPath()), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            assertThat(lock).as("the lock that was lost").isNotNull();
        }
    }

    /** Runs from the line in which the child prints its own. */
    private static WalDescriptor descriptor(URI uri, String line) {
        Map<String, String> properties = new HashMap<>();
        for (String property :
                line.substring(line.indexOf('{') + 1, line.indexOf('}')).split(", ")) {
            properties.put(property.split("=")[0], property.split("=")[1]);
        }
        long walEpoch = Long.parseLong(line.split(" ")[2]);
        return new WalDescriptor(
                uri,
                walEpoch,
                Long.parseLong(line.split(" ")[1]),
                4096,
                Child.FRAME,
                4,
                8 << 20,
                (2 << 20) - Superblock.AREA_BYTES,
                properties);
    }
}
