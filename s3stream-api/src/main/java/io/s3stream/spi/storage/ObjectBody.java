package io.s3stream.spi.storage;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a PUT, readable any number of times, which a retry needs. The memory behind them must not change until
 * the put completes. After a timeout inside an HTTP client, it is unknown whether the client still reads the memory.
 * Then the storage calls {@link #abandon()} before it completes, and the owner leaves that memory to the garbage
 * collector.
 */
public abstract class ObjectBody {

    private final AtomicBoolean abandoned = new AtomicBoolean();

    protected ObjectBody() {}

    /** The number of bytes. */
    public abstract long length();

    /** Begins a pass over the bytes. Several may be open at a time. */
    public abstract Cursor open();

    /**
     * Begins a pass for a caller that consumes pieces one after the other. A piece that must be copied together is written
     * into {@code scratch} at its position, which moves, as long as it has room. Other pieces are as those of {@link #open}.
     * The caller clears {@code scratch} after it has consumed all pieces that it has received.
     *
     * @param scratch memory of the caller
     */
    public Cursor open(ByteBuffer scratch) {
        return open();
    }

    /** Called by a storage that cannot tell whether an attempt still reads the memory. */
    public final void abandon() {
        abandoned.set(true);
    }

    /** Asked by the owner of the memory once the put completed. */
    public final boolean isAbandoned() {
        return abandoned.get();
    }

    /** A pass over a body. Not thread-safe. */
    public interface Cursor {

        /** The next piece, of at least one byte and usually many KiB, or null at the end. */
        @Nullable
        ByteBuffer next();
    }

    /** Returns a body of these buffers, from position to limit of each; their positions do not change. */
    public static ObjectBody of(List<ByteBuffer> buffers) {
        return new Buffers(List.copyOf(buffers));
    }

    public static ObjectBody of(ByteBuffer... buffers) {
        return of(List.of(buffers));
    }

    public static ObjectBody of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    private static final class Buffers extends ObjectBody {

        private final List<ByteBuffer> buffers;
        private final long length;

        Buffers(List<ByteBuffer> buffers) {
            this.buffers = buffers;
            this.length = buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public Cursor open() {
            var iterator = buffers.iterator();
            return () -> {
                while (iterator.hasNext()) {
                    ByteBuffer buffer = iterator.next();
                    if (buffer.hasRemaining()) {
                        return buffer.asReadOnlyBuffer();
                    }
                }
                return null;
            };
        }
    }
}
