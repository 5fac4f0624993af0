package io.s3stream.wal.block.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.wal.block.BlockWalProvider;
import io.s3stream.wal.block.Frames;
import io.s3stream.wal.block.InlineRuntime;
import io.s3stream.wal.block.MemoryMedium;
import io.s3stream.wal.block.Wal;
import io.s3stream.wal.block.device.LockIdentity;
import io.s3stream.wal.block.device.ProcessTable;
import java.net.URI;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A taker's judgement of the noted holder once the lock is free, and the holder's judgement of a taker (R39). */
class HolderTest {

    private static final URI PLACE = URI.create("block:///w?capacity=1MiB");
    private static final URI VOUCHED = URI.create("block:///w?capacity=1MiB&singleAttach=true");

    private final MemoryMedium memory = new MemoryMedium(new byte[0]);
    private final InlineRuntime runtime = new InlineRuntime();
    private final Set<String> running = new HashSet<>();
    private final Set<String> gone = new HashSet<>();

    /** A process with its own view of the others. */
    private WalMedium attach(String process, URI uri) {
        memory.processes = new ProcessTable() {
            @Override
            public String self() {
                return process;
            }

            @Override
            public boolean isGone(String other) {
                return gone.contains(other);
            }

            @Override
            public boolean isRunning(String other) {
                return running.contains(other);
            }
        };
        WalContext context = Wal.context(runtime, 64 << 10);
        return Wal.attach(new BlockWalProvider(memory), uri, AttachMode.CREATE, context);
    }

    /** A holder that writes and has lost its lock. */
    private final class Writer {

        final WalMedium medium;
        final WalDescriptor descriptor;
        final Frames frames;
        final WriteAheadLog log;

        Writer(String process, long walEpoch) {
            medium = attach(process, PLACE);
            descriptor = Wal.get(medium.prepare(walEpoch));
            frames = new Frames(descriptor, Wal.NODE, 1);
            log = medium.create(descriptor, 1);
            Wal.get(append());
            memory.loseLock();
        }

        CompletableFuture<Void> append() {
            return log.append(frames.next(log, 5000, 0));
        }
    }

    @Test
    void runningHolderKeepsMediumDespiteOperatorsWord() {
        Writer writer = new Writer("a", 1);
        running.add("a");
        byte[] before = memory.image.clone();
        for (URI uri : new URI[] {PLACE, VOUCHED}) {
            assertThatThrownBy(() -> attach("b", uri))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("held by process 4711 on host here")
                    .hasMessageContaining("end that process first");
        }
        assertThat(memory.image).isEqualTo(before);
        assertThat(writer.append()).isCompleted();
    }

    @Test
    void deadHolderIsSucceeded() {
        Writer writer = new Writer("a", 1);
        gone.add("a");
        memory.identity =
                new LockIdentity("other-host", "other-boot", "8/0", "12", "there", 5); // irrelevant for a dead process
        assertThat(attach("b", PLACE)).isNotNull();
        assertThat(writer.descriptor).isNotNull();
    }

    @Test
    void closedHolderIsSucceededAlthoughItsProcessRuns() {
        Writer writer = new Writer("a", 1);
        running.add("a");
        writer.log.close();
        assertThat(attach("b", PLACE)).isNotNull();
    }

    @Test
    void holderThatNeverWroteIsSucceededAlthoughItsProcessRuns() {
        WalMedium idle = attach("a", PLACE);
        memory.loseLock();
        running.add("a");
        assertThat(attach("b", PLACE)).isNotNull();
        assertThatThrownBy(() -> Wal.get(idle.prepare(1)))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("taken over by process 4711");
    }

    @Test
    void invisibleHolderIsFencedBeforeItIssuesAndBeforeItAcknowledges() {
        Writer writer = new Writer("a", 1);
        runtime.hold();
        CompletableFuture<Void> first = writer.append();
        CompletableFuture<Void> second = writer.append();
        runtime.run(0);
        assertThat(first).isCompleted();
        memory.beforeAnswer = () -> {
            memory.beforeAnswer = null;
            InlineRuntime elsewhere = new InlineRuntime();
            elsewhere.randomLong(); // another token
            memory.processes = ProcessTable.UNKNOWN;
            WalMedium taker = Wal.attach(
                    new BlockWalProvider(memory), PLACE, AttachMode.CREATE, Wal.context(elsewhere, 64 << 10));
            assertThat(Wal.fenceAndReplay(taker, writer.descriptor, writer.frames.start()))
                    .hasSize(3); // the frame was durable, and is not acknowledged
        };
        runtime.run(0);
        assertThatThrownBy(() -> Wal.get(second)).isInstanceOf(FencedException.class);
        int writes = memory.writes.size();
        assertThatThrownBy(() -> Wal.get(writer.append())).isInstanceOf(FencedException.class);
        assertThat(memory.writes).hasSize(writes);
    }

    @Test
    void holderOnOtherHostNeedsOperatorsWord() {
        Writer writer = new Writer("a", 1);
        memory.identity = new LockIdentity("other-host", "other-boot", "8/0", "12", "there", 5);
        byte[] before = memory.image.clone();
        assertThatThrownBy(() -> attach("b", PLACE))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("another host (host-1, this is other-host)")
                .hasMessageContaining("singleAttach=true");
        assertThat(memory.image).isEqualTo(before);
        assertThat(writer.append()).isCompleted();
        memory.loseLock();
        assertThat(attach("b", VOUCHED)).isNotNull();
        assertThatThrownBy(() -> Wal.get(writer.append())).isInstanceOf(FencedException.class);
    }

    @Test
    void rebootIsProofOfDeath() {
        new Writer("a", 1);
        memory.identity = new LockIdentity("host-1", "boot-2", "8/0", "12", "here", 5);
        assertThat(attach("b", PLACE)).isNotNull();
    }

    @Test
    void damagedNoteProvesNothing() {
        Writer writer = new Writer("a", 1);
        Arrays.fill(memory.image, 4096, 4200, (byte) 7);
        assertThatThrownBy(() -> attach("b", PLACE))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("damaged")
                .hasMessageContaining("singleAttach=true");
        assertThatThrownBy(() -> Wal.get(writer.append()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("damaged");
        assertThat(attach("b", VOUCHED)).isNotNull();
    }

    @Test
    void unreadableCellIsNoAcknowledgement() {
        Writer writer = new Writer("a", 1);
        memory.beforeAnswer = () -> memory.failing = true;
        assertThatThrownBy(() -> Wal.get(writer.append()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("device failed");
        memory.failing = false;
        memory.beforeAnswer = null;
        assertThatThrownBy(() -> Wal.get(writer.append())).isInstanceOf(StorageException.class);
    }

    /** The second check of the holder's fate sees a holder that begins to write during its take-over. */
    @Test
    void holderThatBeginsToWriteDuringTakeOverKeepsMedium() {
        WalMedium idle = attach("a", PLACE);
        WalDescriptor descriptor = Wal.get(idle.prepare(1));
        memory.loseLock();
        running.add("a");
        runtime.hold();
        idle.create(descriptor, 1); // its first check is still to come
        InlineRuntime elsewhere = new InlineRuntime();
        elsewhere.randomLong();
        memory.beforeWrite = () -> {
            memory.beforeWrite = null;
            runtime.run(0);
        };
        ProcessTable seen = memory.processes;
        memory.processes = new ProcessTable() {
            @Override
            public String self() {
                return "b";
            }

            @Override
            public boolean isGone(String process) {
                return seen.isGone(process);
            }

            @Override
            public boolean isRunning(String process) {
                return seen.isRunning(process);
            }
        };
        assertThatThrownBy(() -> Wal.attach(
                        new BlockWalProvider(memory), PLACE, AttachMode.CREATE, Wal.context(elsewhere, 64 << 10)))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("still running");
    }
}
