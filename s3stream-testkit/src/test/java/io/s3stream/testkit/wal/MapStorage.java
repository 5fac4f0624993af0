package io.s3stream.testkit.wal;

import io.netty.buffer.Unpooled;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A process's connection to a map of objects. On a test's command, puts fail, lose their answer or wait. Thread-safe.
 */
final class MapStorage implements ObjectStorage {

    final ConcurrentSkipListMap<String, byte[]> objects;
    volatile boolean failing;
    volatile boolean losing;
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean holding;

    MapStorage(ConcurrentSkipListMap<String, byte[]> objects) {
        this.objects = objects;
    }

    void hold(boolean hold) {
        List<Runnable> released = List.of();
        synchronized (this) {
            holding = hold;
            if (!hold) {
                released = List.copyOf(waiting);
                waiting.clear();
            }
        }
        released.forEach(Runnable::run);
    }

    synchronized int waiting() {
        return waiting.size();
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        Runnable put = () -> {
            if (failing) {
                answer.completeExceptionally(new StorageException("simulated: put fails"));
                return;
            }
            byte[] bytes = bytes(body);
            boolean written = condition instanceof PutCondition.Always
                    ? objects.put(key, bytes) != bytes
                    : objects.putIfAbsent(key, bytes) == null;
            if (losing) {
                answer.completeExceptionally(new StorageException("simulated: put has no answer"));
            } else {
                answer.complete(written ? Optional.of("v") : Optional.empty());
            }
        };
        synchronized (this) {
            if (holding) {
                waiting.add(put);
                return answer;
            }
        }
        put.run();
        return answer;
    }

    private static byte[] bytes(ObjectBody body) {
        ByteBuffer bytes = ByteBuffer.allocate((int) body.length());
        ObjectBody.Cursor cursor = body.open();
        for (ByteBuffer piece = cursor.next(); piece != null; piece = cursor.next()) {
            bytes.put(piece);
        }
        return bytes.array();
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return CompletableFuture.completedFuture(Optional.ofNullable(objects.get(key))
                .map(bytes -> new ObjectContent(Unpooled.wrappedBuffer(bytes), 0, bytes.length, "v")));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return CompletableFuture.completedFuture(objects.tailMap(startAfter, false).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .limit(limit)
                .map(entry -> new ObjectSummary(entry.getKey(), entry.getValue().length, "v"))
                .toList());
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        keys.forEach(objects::remove);
        return CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return CompletableFuture.failedFuture(new InvalidRequestException("not needed here"));
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return CompletableFuture.failedFuture(new InvalidRequestException("not needed here"));
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return CompletableFuture.failedFuture(new InvalidRequestException("not needed here"));
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return CompletableFuture.failedFuture(new InvalidRequestException("not needed here"));
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return CompletableFuture.failedFuture(new InvalidRequestException("not needed here"));
    }

    @Override
    public void close() {}
}
