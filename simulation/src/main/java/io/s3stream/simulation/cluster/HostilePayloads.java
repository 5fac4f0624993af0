package io.s3stream.simulation.cluster;

import io.s3stream.testkit.sim.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Payloads of a host that breaks the contract: a buffer whose position and limit it moves too early, or a mapped file
 * that was truncated. Only the append itself, and its stream, may suffer.
 */
final class HostilePayloads {

    private static final int FILE_BYTES = 64 << 10;

    private final Simulator simulator;
    private final double moved;
    private final double unreadable;
    private @Nullable ByteBuffer truncated;

    HostilePayloads(Simulator simulator, HostHabits host) {
        this.simulator = simulator;
        this.moved = host.movesBuffers();
        this.unreadable = host.unreadable();
    }

    boolean isNextUnreadable() {
        return simulator.chance(unreadable);
    }

    /** Returns unreadable bytes. */
    ByteBuffer unreadable(int length) {
        simulator.count("host: unreadable payload");
        if (truncated == null) {
            truncated = truncatedFile();
        }
        return truncated.duplicate().limit(length);
    }

    /** The host may use the buffer object again at any time after passing it. */
    void mayMove(ByteBuffer passed) {
        if (simulator.chance(moved)) {
            simulator.count("host: buffer moved");
            Runnable move = () -> passed.position(0).limit(simulator.random().nextInt(passed.capacity() + 1));
            if (simulator.chance(0.5)) {
                move.run();
            } else {
                simulator.after(simulator.latency(1_000_000), "buffer moved", move);
            }
        }
    }

    private static ByteBuffer truncatedFile() {
        try {
            Path file = Files.createTempFile("truncated", ".payload");
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                channel.write(ByteBuffer.allocate(FILE_BYTES));
                ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, FILE_BYTES);
                channel.truncate(0);
                return mapped;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
