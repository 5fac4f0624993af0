package io.s3stream.core.storage;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.storage.support.Extent;
import io.s3stream.spi.storage.support.ObjectKeys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Objects in the heap of this process, lost at its end; for tests and experiments. Conditional writes are atomic. All
 * work runs on the calling thread, and returned futures are complete. Several stores may share one instance; {@link
 * #close} therefore keeps the objects.
 */
public final class MemoryObjectStorage implements ObjectStorage {

    private static final int PAGE = 1000;

    private final ByteBufAllocator allocator;
    private final ConcurrentNavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();
    private final ConcurrentMap<String, MemoryMultipart> multiparts = new ConcurrentHashMap<>();
    private final AtomicLong versions = new AtomicLong();

    /** @param allocator of the contents; the receiver of a content releases it */
    public MemoryObjectStorage(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return answer(() -> put(ObjectKeys.check(key), copy(key, body), condition));
    }

    Optional<String> put(String key, byte[] bytes, PutCondition condition) {
        var written = new Stored(bytes, "m" + versions.incrementAndGet());
        Stored now = objects.compute(key, (k, present) -> holds(condition, present) ? written : present);
        return now != null && now.version.equals(written.version) ? Optional.of(written.version) : Optional.empty();
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return answer(() -> {
            Stored stored = objects.get(ObjectKeys.check(key));
            return stored == null ? Optional.empty() : Optional.of(content(key, stored, range));
        });
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return answer(() -> {
            Stored stored = objects.get(ObjectKeys.check(key));
            if (stored == null) {
                return new ConditionalContent.Missing();
            }
            return stored.version.equals(version)
                    ? new ConditionalContent.Unchanged()
                    : new ConditionalContent.Changed(content(key, stored, ByteRange.WHOLE));
        });
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return answer(() -> Optional.ofNullable(objects.get(ObjectKeys.check(key)))
                .map(stored -> new ObjectSummary(key, stored.bytes.length, stored.version)));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return answer(() -> {
            ObjectKeys.checkPrefix(prefix);
            int atMost = Math.min(ObjectKeys.checkLimit(limit), PAGE);
            List<ObjectSummary> page = new ArrayList<>();
            boolean insidePrefix = startAfter.compareTo(prefix) >= 0;
            var tail = insidePrefix ? objects.tailMap(startAfter, false) : objects.tailMap(prefix, true);
            for (var entry : tail.entrySet()) {
                if (page.size() == atMost || !entry.getKey().startsWith(prefix)) {
                    break;
                }
                Stored stored = entry.getValue();
                page.add(new ObjectSummary(entry.getKey(), stored.bytes.length, stored.version));
            }
            return page;
        });
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        return answer(() -> {
            keys.forEach(ObjectKeys::check);
            keys.forEach(objects::remove);
            return Map.of();
        });
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return answer(() -> {
            String id = "u" + versions.incrementAndGet();
            MemoryMultipart upload = new MemoryMultipart(this, ObjectKeys.check(key), id);
            multiparts.put(id, upload);
            return upload;
        });
    }

    void endMultipart(String id) {
        multiparts.remove(id);
    }

    boolean isPending(String id) {
        return multiparts.containsKey(id);
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return answer(() -> multiparts.entrySet().stream()
                .filter(upload -> upload.getValue().key().startsWith(prefix))
                .map(upload -> new PendingMultipart(upload.getValue().key(), upload.getKey()))
                .toList());
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return answer(() -> {
            MemoryMultipart pending = multiparts.get(upload.uploadId());
            if (pending != null && pending.key().equals(upload.key())) {
                pending.abort();
            }
            return null;
        });
    }

    /** Keeps the objects, which other stores may share. */
    @Override
    public void close() {}

    /** Returns the bytes of an object, or null. */
    byte @Nullable [] bytes(String key) {
        Stored stored = objects.get(key);
        return stored == null ? null : stored.bytes;
    }

    static byte[] copy(String key, ObjectBody body) {
        ByteBuffer target = ByteBuffer.allocate(Extent.inOneBuffer(key, body.length()));
        ObjectBody.Cursor cursor = body.open();
        for (ByteBuffer piece = cursor.next(); piece != null; piece = cursor.next()) {
            target.put(piece);
        }
        return target.array();
    }

    /** Runs {@code action} now; an exception becomes the failure of the future. */
    static <T> CompletableFuture<T> answer(Supplier<T> action) {
        try {
            return CompletableFuture.completedFuture(action.get());
        } catch (StreamException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static boolean holds(PutCondition condition, @Nullable Stored present) {
        if (condition instanceof PutCondition.IfVersion expected) {
            return present != null && present.version.equals(expected.version());
        }
        return condition instanceof PutCondition.Always || present == null;
    }

    private ObjectContent content(String key, Stored stored, ByteRange range) {
        Extent extent = Extent.of(key, range, stored.bytes.length);
        ByteBuf data = allocator.buffer(extent.length());
        data.writeBytes(stored.bytes, (int) extent.from(), extent.length());
        return new ObjectContent(data, extent.from(), stored.bytes.length, stored.version);
    }

    private static final class Stored {

        final byte[] bytes;
        final String version;

        Stored(byte[] bytes, String version) {
            this.bytes = bytes;
            this.version = version;
        }
    }
}
