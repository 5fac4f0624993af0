package io.s3stream.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.BlocksInMemory;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.memory.ReadBuffer;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures each step of a catch-up read: a block of 1 MiB in records of 4 KiB, in an object of 100 streams. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReadBenchmark {

    private static final int RECORD_BYTES = 4096;
    private static final int RECORDS = 255;
    private static final int STREAMS = 100;
    private static final int BLOCKS_PER_STREAM = 64;

    private final BlocksInMemory memory = new BlocksInMemory(new BlockCache(64 << 20));
    private final BlockCache.Key key = new BlockCache.Key(1, 0);
    private final BlockEntry entry = new BlockEntry(1, 1, 0, RECORDS, 0, 0, blockBytes());
    private final ByteBuffer block = ByteBuffer.allocateDirect(blockBytes());
    private final Random random = new Random(1);
    private @Nullable ObjectIndex index;

    private static int blockBytes() {
        return BlockFormat.HEADER_BYTES + RECORDS * RecordFormat.encodedBytes(RECORD_BYTES);
    }

    @Setup
    public void fill() {
        ByteBuffer payload = ByteBuffer.allocate(RECORD_BYTES);
        random.nextBytes(payload.array());
        CRC32C headers = new CRC32C();
        int at = BlockFormat.HEADER_BYTES;
        for (int i = 0; i < RECORDS; i++) {
            RecordFormat.encode(block, at, 1, 1, i, 1, 0, payload);
            headers.update(block.slice(at, RecordFormat.HEADER_BYTES));
            at += RecordFormat.encodedBytes(RECORD_BYTES);
        }
        int body = at - BlockFormat.HEADER_BYTES;
        block.put(
                0,
                BlockFormat.header(1, 0, RECORDS, body, RECORDS, (int) headers.getValue()),
                0,
                BlockFormat.HEADER_BYTES);
        ByteBuf copy = Unpooled.directBuffer(at).writeBytes(block.duplicate().clear());
        memory.add(key, new CachedBlock(entry, copy, new ReadBuffer(at), BlockFormat.verify(block, 0, at, entry)));

        List<BlockEntry> entries = new ArrayList<>();
        for (int i = 0; i < STREAMS * BLOCKS_PER_STREAM; i++) {
            long base = (long) (i % BLOCKS_PER_STREAM) * RECORDS;
            entries.add(new BlockEntry(
                    i / BLOCKS_PER_STREAM, 1, base, base + RECORDS, 0, (long) i * blockBytes(), blockBytes()));
        }
        long end = (long) entries.size() * blockBytes();
        ByteBuffer tail = ObjectIndex.encodeTail(entries, end);
        index = ObjectIndex.decode(tail, end + tail.remaining());
    }

    /** Finds the block of an offset in an index of 6 400 blocks. */
    @Benchmark
    public int indexLookup() {
        return Objects.requireNonNull(index).find(random.nextInt(STREAMS), random.nextInt(BLOCKS_PER_STREAM * RECORDS));
    }

    /** Takes a block from the cache and releases it. */
    @Benchmark
    public int cacheHit() {
        CachedBlock found = Objects.requireNonNull(memory.get(key));
        int size = found.entry().size();
        found.release();
        return size;
    }

    /** Verifies a block of 1 MiB as after a GET. */
    @Benchmark
    public int verifyBlock() {
        return BlockFormat.verify(block, 0, blockBytes(), entry).length;
    }

    /** Computes one checksum over the same bytes: the lower bound of any verification. */
    @Benchmark
    public long checksumOfBlock() {
        CRC32C crc = new CRC32C();
        crc.update(block.duplicate().clear());
        return crc.getValue();
    }
}
