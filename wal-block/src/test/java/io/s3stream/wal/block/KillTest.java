package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.FileDeviceSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: a lock that others respect, and a writer that is killed. */
class KillTest {

    private static final int ROUNDS = 3;

    @TempDir
    Path directory;

    private final ThreadedTestRuntime runtime = new ThreadedTestRuntime(9);
    private final BlockWalProvider provider = new BlockWalProvider();
    private final WalContext context = Wal.context(runtime, Child.FRAME);

    @AfterEach
    void allThreadsEnd() {
        runtime.close();
    }

    @Test
    void framesAcknowledgedByKilledWriterAreRecovered() throws Exception {
        URI uri = URI.create("block://" + directory.resolve("wal") + "?capacity=2MiB&maxInFlight=4");
        for (int round = 1; round <= ROUNDS; round++) {
            WalDescriptor like = descriptorLike(uri, round);
            Child.Told told = new Child.Told();
            try (Child.Handle child = new Child.Handle("append", uri.toString(), Integer.toString(round))) {
                while (told.acked.size() < 100 * round) {
                    told.hear(child.out.readLine(), like);
                }
                assertThatThrownBy(() -> Wal.attach(provider, uri, AttachMode.EXISTING, context))
                        .isInstanceOf(ConflictException.class)
                        .hasMessageContaining("held by process " + child.process.pid() + " on host");
                child.process.toHandle().destroyForcibly(); // and its output stays readable
                child.process.waitFor();
                String line;
                while ((line = child.out.readLine()) != null) {
                    told.hear(line, like);
                }
            }
            try (WalMedium medium = Wal.attach(provider, uri, AttachMode.EXISTING, context)) {
                told.check(Wal.fenceAndReplay(medium, told.descriptor, told.committed));
            }
        }
    }

    /** Closing the second handle must not drop the POSIX lock of the first. */
    @Test
    void refusedAttachInThisProcessLeavesLockInPlace() throws Exception {
        URI uri = URI.create("block://" + directory.resolve("wal") + "?capacity=1MiB");
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.CREATE, context)) {
            assertThatThrownBy(() -> Wal.attach(provider, uri, AttachMode.EXISTING, context))
                    .isInstanceOf(ConflictException.class);
            assertThat(outputOfOtherProcess(uri))
                    .startsWith("conflict")
                    .contains("process " + ProcessHandle.current().pid());
            assertThat(Wal.get(medium.prepare(1))).isNotNull();
        }
        assertThat(outputOfOtherProcess(uri)).isEqualTo("attached");
    }

    @Test
    void processKilledDuringDeviceFormatIsReplaced() throws Exception {
        URI uri = URI.create(
                "block://" + directory.resolve("shared") + "?mode=shared&capacity=2MiB&extent=256KiB&cells=20");
        Path bucket = Files.createDirectory(directory.resolve("bucket"));
        try (Child.Handle child = new Child.Handle("format", uri.toString(), "1", bucket.toString())) {
            assertThat(child.out.readLine()).isEqualTo("formatting");
        }
        WalContext here = SharedWal.context(runtime, Child.storage(runtime, bucket), 2);
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.CREATE, here)) {
            assertThat(Wal.get(medium.prepare(1))).isNotNull();
        }
    }

    private static String outputOfOtherProcess(URI uri) throws IOException, InterruptedException {
        try (Child.Handle child = new Child.Handle("try", uri.toString(), "1")) {
            return child.out.readLine();
        }
    }

    /** Equals the child's descriptor, except for its nonce. */
    private WalDescriptor descriptorLike(URI uri, long walEpoch) {
        MemoryMedium memory = new MemoryMedium(new byte[0]);
        try (BlockDevice device = new FileDeviceSource().open(Path.of(uri.getPath()), true)) {
            memory.identity = device.lockIdentity();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        try (WalMedium medium = Wal.attach(new BlockWalProvider(memory), uri, AttachMode.CREATE, context)) {
            return Wal.get(medium.prepare(walEpoch));
        }
    }
}
