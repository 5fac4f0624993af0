package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a generation ends, with I/O in flight. */
class WriteFailureTest {

    private static final URI PLACE = URI.create("block:///w?capacity=1MiB");

    private final InlineRuntime runtime = new InlineRuntime();
    private final WalContext context = Wal.context(runtime, 64 << 10);
    private final MemoryMedium memory = new MemoryMedium(new byte[0]);
    private final BlockWalProvider provider = new BlockWalProvider(memory);
    private final WalMedium medium = Wal.attach(provider, PLACE, AttachMode.CREATE, context);
    private final WalDescriptor descriptor = Wal.get(medium.prepare(1));
    private final WriteAheadLog log = medium.create(descriptor, 1);
    private final Frames frames = new Frames(descriptor, Wal.NODE, 1);

    @BeforeEach
    void holdAllIo() {
        memory.writes.clear();
        runtime.hold();
    }

    @Test
    void writesAreIssuedTogetherAndCompleteInAnyOrder() {
        CompletableFuture<Void> first = append();
        CompletableFuture<Void> second = append();
        runtime.run(1);
        assertThat(second).isCompleted();
        assertThat(first).isNotDone();
        runtime.run(0);
        assertThat(first).isCompleted();
    }

    @Test
    void failedWriteStopsAllLaterWrites() {
        CompletableFuture<Void> first = append();
        CompletableFuture<Void> second = append();
        CompletableFuture<Void> third = append();
        runtime.run(1);
        memory.failing = true;
        runtime.run(0);
        memory.failing = false;
        runtime.run(0);
        assertThatThrownBy(() -> Wal.get(first))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("device failed");
        assertThat(second).isCompleted(); // its own outcome
        assertThatThrownBy(() -> Wal.get(third))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("ended");
        assertThatThrownBy(() -> Wal.get(append()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("ended");
        assertThat(memory.writes).hasSize(1); // and there was no retry
        assertThat(runtime.waiting()).isZero();
    }

    @Test
    void closeOfWriterWaitsForItsIo() {
        append();
        CompletableFuture<Void> closed = log.closeAsync();
        assertThat(closed).isNotDone();
        runtime.run(0);
        assertThat(closed).isNotDone();
        runtime.run(0); // notes on the medium that it has ended
        assertThat(closed).isCompleted();
    }

    /** R1, R29: a write that outlived the lock could overwrite data of the next owner. */
    @Test
    void lockIsHeldUntilLastIoEnds() {
        CompletableFuture<Void> append = append();
        medium.close();
        CompletableFuture<WalMedium> tooEarly = provider.attach(PLACE, AttachMode.EXISTING, context);
        runtime.run(1); // opens
        runtime.run(1); // requests the lock
        assertThatThrownBy(() -> Wal.get(tooEarly)).isInstanceOf(ConflictException.class);
        runtime.run(0);
        assertThat(append).isCompleted();
        runtime.run(0); // notes that it has ended
        CompletableFuture<WalMedium> later = provider.attach(PLACE, AttachMode.EXISTING, context);
        runtime.run(0);
        runtime.run(0);
        assertThat(later).isCompleted();
    }

    @Test
    void writeThatEndsAfterFenceIsNotAcknowledgedAndFenceWaitsForIt() {
        CompletableFuture<Void> append = append();
        CompletableFuture<Void> fence = medium.fence(descriptor, 1);
        assertThat(runtime.waiting()).isEqualTo(1);
        runtime.run(0);
        assertThat(append).isCompletedExceptionally();
        runtime.run(0); // notes that the writer has ended
        runtime.run(0);
        assertThat(fence).isCompleted();
    }

    /** R12: a dead writer's cached data become durable before the scan. */
    @Test
    void fencingSyncsMedium() {
        int before = memory.forces;
        CompletableFuture<Void> fence = medium.fence(descriptor, 1);
        runtime.run(0); // notes that the writer has ended
        runtime.run(0);
        assertThat(fence).isCompleted();
        assertThat(memory.forces).isEqualTo(before + 1);
    }

    private CompletableFuture<Void> append() {
        return log.append(frames.next(log, 5000, 0));
    }
}
