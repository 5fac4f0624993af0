package io.s3stream.spi.storage;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a PUT, readable any number of times, which a retry needs. The memory behind them must not change until
 * the put completes; if an attempt ended in a way that leaves it unknown whether something still reads them (a timeout
 * inside an HTTP client), the storage calls {@link #abandon()} before it completes, and the owner never reuses that
 * memory but leaves it to the garbage collector, which knows.
 */
public abstract class ObjectBody {

    private final AtomicBoolean abandoned = new AtomicBoolean();

    protected ObjectBody() {}

    /** How many bytes there are. */
    public abstract long length();

    /** A fresh pass over the bytes. Several may be open at a time. */
    public abstract Cursor open();

    /** Called by a storage that cannot tell whether an attempt still reads the memory. */
    public final void abandon() {
        abandoned.set(true);
    }

    /** Asked by the owner of the memory once the put completed. */
    public final boolean isAbandoned() {
        return abandoned.get();
    }

    /** One pass over a body. Not thread-safe. */
    public interface Cursor {

        /** The next piece, of at least one byte and usually many KiB, or null at the end. */
        @Nullable
        ByteBuffer next();
    }

    /** A body of these buffers, from position to limit of each; the buffers themselves are not moved. */
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
