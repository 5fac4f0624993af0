package io.s3stream.benchmarks.peers.raw;

import com.sun.nio.file.ExtendedOpenOption;
import io.s3stream.benchmarks.peers.worker.Ack;
import io.s3stream.benchmarks.peers.worker.GroupCommit;
import io.s3stream.benchmarks.peers.worker.Journal;
import io.s3stream.benchmarks.peers.worker.Setup;
import io.s3stream.benchmarks.peers.worker.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes one frame for each append, with {@code O_DIRECT} and {@code O_DSYNC}, to a file that was written once before.
 * Each writing thread owns a share of the memory. Variant {@code hot}: one buffer for each thread.
 */
final class RawDevice implements Journal {

    private static final int BLOCK = 4096;
    private static final int CHUNK = 4 << 20;
    private static final long FILE_BYTES = 1L << 30;

    /** The default of {@code writeCacheBytes}. */
    private static final long MEMORY_BYTES = 256L << 20;

    private static final int WRITES_IN_FLIGHT = 8;

    private final int frameBytes;
    private final FileChannel channel;
    private final ByteBuffer[] memory = new ByteBuffer[WRITES_IN_FLIGHT];
    private final AtomicLong nextFrame = new AtomicLong();
    private final GroupCommit writers;

    RawDevice(Setup setup) throws IOException {
        this.frameBytes = setup.payload().length;
        if (frameBytes % BLOCK != 0) {
            throw new IllegalArgumentException("the device writes blocks of " + BLOCK + " bytes, not " + frameBytes);
        }
        this.channel = FileChannel.open(
                setup.directory().resolve("raw"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.DSYNC,
                ExtendedOpenOption.DIRECT);
        long share = MEMORY_BYTES / WRITES_IN_FLIGHT / frameBytes * frameBytes;
        int bytes = setup.variant().equals("hot") ? frameBytes : (int) Math.max(frameBytes, share);
        Random random = new Random(1);
        for (int i = 0; i < memory.length; i++) {
            memory[i] = aligned(bytes);
            fill(memory[i], random);
        }
        preallocate();
        this.writers = new GroupCommit(WRITES_IN_FLIGHT, 1, (thread, records) -> write(thread));
    }

    public static void main(String[] arguments) {
        Worker.main(arguments, RawDevice::new);
    }

    @Override
    public void append(int producer, Ack ack) {
        writers.add(ack);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        writers.close();
        channel.close();
    }

    private void write(int thread) throws IOException {
        ByteBuffer frames = memory[thread];
        if (frames.remaining() < frameBytes) {
            frames.clear();
        }
        int at = frames.position();
        long place = nextFrame.getAndIncrement() % (FILE_BYTES / frameBytes) * frameBytes;
        writeFully(frames.slice(at, frameBytes), place);
        frames.position(at + frameBytes);
    }

    private void writeFully(ByteBuffer bytes, long at) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes, at + bytes.position());
        }
    }

    /** Allocates the blocks of the file, and writes them, so that later writes change no metadata. */
    private void preallocate() throws IOException {
        ByteBuffer zeros = aligned(CHUNK);
        for (long at = 0; at < FILE_BYTES; at += CHUNK) {
            writeFully(zeros.duplicate(), at);
        }
    }

    private static ByteBuffer aligned(int bytes) {
        return ByteBuffer.allocateDirect(bytes + BLOCK).alignedSlice(BLOCK).slice(0, bytes);
    }

    private static void fill(ByteBuffer buffer, Random random) {
        byte[] some = new byte[BLOCK];
        while (buffer.hasRemaining()) {
            random.nextBytes(some);
            buffer.put(some);
        }
        buffer.clear();
    }
}
