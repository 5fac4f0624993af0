package io.s3stream.core.read;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.core.metadata.FixedMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList.Range;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.layout.RecordChecksum;
import io.s3stream.layout.RecordFormat;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.PutCondition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.Assertions;

/** Objects of one stream or several with batches of any sizes and timestamps, for tests of readers. */
public final class WrittenObjects {

    public static final long STREAM = FixedMetadata.STREAM;
    private static final long[] EXTREMES = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE};

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final MemoryObjectStorage storage = new MemoryObjectStorage(allocator);
    private final List<ObjectMetadata> objects = new ArrayList<>();

    /** The attributes that identify a batch. */
    public record Batch(long base, long end, int payloadBytes, long timestamp) {

        int bytes() {
            return RecordFormat.encodedBytes(payloadBytes);
        }
    }

    public MemoryObjectStorage storage() {
        return storage;
    }

    public List<ObjectMetadata> all() {
        return List.copyOf(objects);
    }

    /** Checks that every buffer that was read was released. */
    public void assertNothingIsHeld() {
        Assertions.assertThat(bytesInMemory()).isZero();
    }

    /** Memory of the buffers that were read, and of their copies. */
    public long bytesInMemory() {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    /** Runs each task on the calling thread. */
    public static final IoExecutor AT_ONCE = new IoExecutor() {
        @Override
        public <T> CompletableFuture<T> submit(String operation, Callable<T> task) {
            try {
                return CompletableFuture.completedFuture(task.call());
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public void close() {}
    };

    public static List<Batch> batches(Random random, int count) {
        List<Batch> batches = new ArrayList<>();
        long next = random.nextInt(10);
        for (int i = 0; i < count; i++) {
            long end = next + 1 + random.nextInt(3);
            batches.add(new Batch(next, end, 1 + random.nextInt(300), timestamp(random)));
            next = end;
        }
        return batches;
    }

    static long timestamp(Random random) {
        return random.nextInt(100) == 0
                ? EXTREMES[random.nextInt(EXTREMES.length)]
                : (long) (random.nextGaussian() * 1000);
    }

    public static Range range(List<Batch> batches, ObjectMetadata object) {
        return new Range(
                batches.get(0).base(),
                batches.get(batches.size() - 1).end(),
                object.id(),
                batches.stream().mapToLong(Batch::bytes).sum(),
                batches.stream().mapToLong(Batch::timestamp).max().orElseThrow());
    }

    /** Writes an object with these batches, {@code perBlock} in a block. */
    public ObjectMetadata write(List<Batch> batches, int perBlock) {
        return write(new TreeMap<>(Map.of(STREAM, batches)), perBlock);
    }

    /** Writes an object with these batches of each stream, {@code perBlock} in a block. */
    public ObjectMetadata write(SortedMap<Long, List<Batch>> byStream, int perBlock) {
        List<ByteBuffer> parts = new ArrayList<>();
        List<BlockEntry> entries = new ArrayList<>();
        long position = 0;
        for (Map.Entry<Long, List<Batch>> ofStream : byStream.entrySet()) {
            long streamId = ofStream.getKey();
            List<Batch> batches = ofStream.getValue();
            for (int from = 0; from < batches.size(); from += perBlock) {
                List<Batch> block = batches.subList(from, Math.min(batches.size(), from + perBlock));
                ByteBuffer body = encoded(streamId, block);
                long base = block.get(0).base();
                long end = block.get(block.size() - 1).end();
                int crc = RecordChecksum.compute(body, 0, body.limit());
                ByteBuffer header = BlockFormat.header(streamId, base, end, body.limit(), block.size(), crc);
                long timestamp =
                        block.stream().mapToLong(Batch::timestamp).max().orElseThrow();
                int size = BlockFormat.HEADER_BYTES + body.limit();
                entries.add(new BlockEntry(streamId, 1, base, end, timestamp, position, size));
                parts.add(header);
                parts.add(body);
                position += size;
            }
        }
        ByteBuffer tail = ObjectIndex.encodeTail(entries, position);
        parts.add(tail);
        ObjectMetadata object =
                new ObjectMetadata(objects.size() + 1, "data/" + objects.size(), position + tail.remaining(), 1, 1);
        storage.put(object.key(), ObjectBody.of(parts), PutCondition.ALWAYS).join();
        objects.add(object);
        return object;
    }

    private static ByteBuffer encoded(long streamId, List<Batch> batches) {
        ByteBuffer body =
                ByteBuffer.allocate(batches.stream().mapToInt(Batch::bytes).sum());
        int at = 0;
        for (Batch batch : batches) {
            ByteBuffer payload = ByteBuffer.allocate(batch.payloadBytes());
            int count = (int) (batch.end() - batch.base());
            RecordFormat.encode(body, at, streamId, 1, batch.base(), count, batch.timestamp(), payload);
            at += batch.bytes();
        }
        return body;
    }
}
