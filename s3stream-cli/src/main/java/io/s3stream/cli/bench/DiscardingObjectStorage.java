package io.s3stream.cli.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps metadata in memory and discards data objects without a look at their bytes, so that a measurement shows the
 * cost of the write path alone. Data cannot be read back. Futures complete on the calling thread.
 */
final class DiscardingObjectStorage implements ObjectStorage {

    private static final String DATA = "data/";
    private static final int PAGE = 1000;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** @param bytes empty for data objects */
    private record Stored(ByteBuffer bytes, long size, String version) {

        ObjectSummary summary(String key) {
            return new ObjectSummary(key, size, version);
        }
    }

    private final ConcurrentSkipListMap<String, Stored> objects = new ConcurrentSkipListMap<>();
    private final AtomicLong versions = new AtomicLong();

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        ByteBuffer bytes = key.startsWith(DATA) ? NOTHING : copy(body);
        Stored written = new Stored(bytes, body.length(), "v" + versions.incrementAndGet());
        Stored now = objects.compute(key, (k, present) -> holds(condition, present) ? written : present);
        return done(now.version().equals(written.version()) ? Optional.of(written.version()) : Optional.empty());
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        Stored stored = objects.get(key);
        if (stored == null) {
            return done(Optional.empty());
        }
        if (key.startsWith(DATA)) {
            return CompletableFuture.failedFuture(new StorageException("object=" + key + " was discarded"));
        }
        return done(Optional.of(content(stored, range)));
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        Stored stored = objects.get(key);
        if (stored == null) {
            return done(new ConditionalContent.Missing());
        }
        return done(
                stored.version().equals(version)
                        ? new ConditionalContent.Unchanged()
                        : new ConditionalContent.Changed(content(stored, ByteRange.WHOLE)));
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        Stored stored = objects.get(key);
        return done(stored == null ? Optional.empty() : Optional.of(stored.summary(key)));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return done(objects.tailMap(prefix, true).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .filter(entry -> entry.getKey().compareTo(startAfter) > 0)
                .limit(Math.min(limit, PAGE))
                .map(entry -> entry.getValue().summary(entry.getKey()))
                .toList());
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        keys.forEach(objects::remove);
        return done(Map.of());
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return done(new Parts(key));
    }

    /** Lists no upload: parts are discarded at once. */
    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return done(List.of());
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}

    private static <T> CompletableFuture<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    private static boolean holds(PutCondition condition, @Nullable Stored present) {
        if (condition instanceof PutCondition.IfVersion expected) {
            return present != null && present.version().equals(expected.version());
        }
        return condition instanceof PutCondition.Always || present == null;
    }

    private static ByteBuffer copy(ObjectBody body) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(body.length()));
        ObjectBody.Cursor cursor = body.open();
        for (ByteBuffer piece = cursor.next(); piece != null; piece = cursor.next()) {
            bytes.put(piece);
        }
        return bytes.flip();
    }

    private static ObjectContent content(Stored stored, ByteRange range) {
        long size = stored.size();
        long from = 0;
        long length = size;
        if (range instanceof ByteRange.Slice slice) {
            from = slice.from();
            length = Math.min(slice.length(), size - from);
        } else if (range instanceof ByteRange.Suffix suffix) {
            length = Math.min(suffix.length(), size);
            from = size - length;
        }
        if (from >= size) {
            throw new InvalidRequestException("range from=" + from + " begins past the end of " + size + " bytes");
        }
        ByteBuf data = UnpooledByteBufAllocator.DEFAULT.heapBuffer((int) length);
        data.writeBytes(stored.bytes().slice((int) from, (int) length));
        return new ObjectContent(data, from, size, stored.version());
    }

    /** Keeps only the number of bytes of the parts. */
    private final class Parts implements MultipartUpload {

        private final String key;
        private final AtomicLong size = new AtomicLong();

        Parts(String key) {
            this.key = key;
        }

        @Override
        public CompletableFuture<Void> part(int number, ObjectBody body) {
            size.addAndGet(body.length());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
            size.addAndGet(length);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<String> complete() {
            Stored written = new Stored(NOTHING, size.get(), "v" + versions.incrementAndGet());
            objects.put(key, written);
            return done(written.version());
        }

        @Override
        public CompletableFuture<Void> abort() {
            return CompletableFuture.completedFuture(null);
        }
    }
}
