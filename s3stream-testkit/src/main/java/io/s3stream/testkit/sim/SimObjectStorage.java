package io.s3stream.testkit.sim;

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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's access to the bucket. A request takes effect at one moment, and its response arrives at a later one. Both
 * may fail. Requests of a crashed node may still take effect, but their responses are dropped.
 */
public final class SimObjectStorage implements ObjectStorage {

    private static final long REQUEST_NANOS = 10_000_000;
    /** The factor by which faults are more likely for deletions. */
    private static final double DELETES_ARE_RARE = 3;

    /** The effect of a write on the bucket. A lost or late write ignores its result. */
    interface Effect {
        /** Applies the effect. Returns the new version, or null if the condition did not hold. */
        @Nullable
        String happen();
    }

    /** Time after an odd answer in which the answers for the key are right: several readers may read it in turn. */
    private static final long TRUTHFUL_NANOS = 1_000_000_000;

    private final SimNode node;
    private final SimBucket bucket;
    private final Supplier<StorageFaults> faults;
    private final Set<String> oddLast = new HashSet<>();
    private final Map<String, Long> truthfulUntil = new HashMap<>();
    private final UnpooledByteBufAllocator contents = new UnpooledByteBufAllocator(false, true);

    public SimObjectStorage(SimNode node, SimBucket bucket, Supplier<StorageFaults> faults) {
        this.node = node;
        this.bucket = bucket;
        this.faults = faults;
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return write("put " + kind(key), body, () -> bucket.put(key, read(body), expectation(condition)));
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return request("get " + kind(key), () -> {
            SimBucket.Stored stored = seen(key);
            return stored == null ? Optional.empty() : Optional.of(content(key, stored, range));
        });
    }

    /**
     * Returns the object as a read sees it, mostly unchanged. No key is wrong twice in a row: two wrong reads could
     * agree.
     */
    private SimBucket.@Nullable Stored seen(String key) {
        Simulator simulator = node.simulator();
        SimBucket.Stored stored = bucket.get(key);
        double odd = faults.get().odd();
        boolean isOdd = odd > 0 && simulator.chance(odd);
        boolean isRepeated = oddLast.remove(key) || simulator.now() < truthfulUntil.getOrDefault(key, 0L);
        if (stored == null || stored.bytes().length == 0 || isRepeated || !isOdd) {
            return stored;
        }
        oddLast.add(key);
        truthfulUntil.put(key, simulator.now() + TRUTHFUL_NANOS);
        if (simulator.chance(0.3)) {
            simulator.count("odd answer: missing " + kind(key));
            return null;
        }
        simulator.count("odd answer: damaged " + kind(key));
        byte[] damaged = stored.bytes().clone();
        damaged[simulator.random().nextInt(damaged.length)] ^=
                (byte) (1 << simulator.random().nextInt(8));
        return new SimBucket.Stored(damaged, stored.version());
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return request("getIfChanged " + kind(key), () -> {
            SimBucket.Stored stored = seen(key);
            if (stored == null) {
                return new ConditionalContent.Missing();
            }
            return stored.version().equals(version)
                    ? new ConditionalContent.Unchanged()
                    : new ConditionalContent.Changed(content(key, stored, ByteRange.WHOLE));
        });
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return request(
                "head " + kind(key), () -> Optional.ofNullable(bucket.get(key)).map(stored -> summary(key, stored)));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return request(
                "list",
                () -> bucket.keys(prefix, startAfter).stream()
                        .limit(limit)
                        .map(key -> summary(key, Objects.requireNonNull(bucket.get(key))))
                        .toList());
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        List<String> copy = List.copyOf(keys);
        CompletableFuture<Map<String, String>> future = new CompletableFuture<>();
        if (!node.isAlive()) {
            return future;
        }
        Simulator simulator = node.simulator();
        StorageFaults now = faults.get();
        double dice = simulator.random().nextDouble() / DELETES_ARE_RARE;
        if ((dice -= now.fails()) < 0) {
            simulator.count("fault: delete fails");
            answer("delete", future, null, new StorageException("simulated: delete failed"));
        } else if ((dice -= now.losesResponse()) < 0) {
            simulator.count("fault: response to delete lost");
            send("delete", () -> {
                copy.forEach(bucket::delete);
                answer("delete", future, null, new StorageException("simulated: response to delete lost"));
            });
        } else if ((dice -= now.late()) < 0) {
            simulator.count("fault: delete late");
            answer("delete", future, null, new StorageException("simulated: delete timed out"));
            simulator.after(simulator.latency(REQUEST_NANOS * 20), "delete late", () -> copy.forEach(bucket::delete));
        } else {
            boolean isPartial = dice - now.repeats() < 0;
            send("delete", () -> answer("delete", future, deleteNow(copy, isPartial), null));
        }
        return future;
    }

    /** Deletes all keys, or all but some. Returns the others. */
    private Map<String, String> deleteNow(List<String> keys, boolean isPartial) {
        Map<String, String> failed = new TreeMap<>();
        for (String key : keys) {
            if (isPartial && node.simulator().chance(0.5)) {
                node.simulator().count("fault: key not deleted");
                failed.put(key, "simulated: slow down");
            } else {
                bucket.delete(key);
            }
        }
        return failed;
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return request("multipart " + kind(key), () -> {
            node.simulator().count("multipart upload");
            return new SimMultipart(this, bucket, key);
        });
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return request("listMultiparts", () -> bucket.multiparts(prefix));
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return request("abortMultipart", () -> {
            bucket.abortMultipart(upload);
            return null;
        });
    }

    @Override
    public void close() {}

    CompletableFuture<Optional<String>> write(String name, ObjectBody body, Effect effect) {
        Simulator simulator = node.simulator();
        CompletableFuture<Optional<String>> future = new CompletableFuture<>();
        if (!node.isAlive()) {
            return future;
        }
        StorageFaults now = faults.get();
        double dice = simulator.random().nextDouble();
        if ((dice -= now.fails()) < 0) {
            simulator.count("fault: request fails");
            answer(name, future, null, new StorageException("simulated: " + name + " failed"));
        } else if ((dice -= now.losesResponse()) < 0) {
            simulator.count("fault: response lost");
            send(name, () -> {
                effect.happen();
                answer(name, future, null, new StorageException("simulated: response to " + name + " lost"));
            });
        } else if (dice - now.late() < 0) {
            simulator.count("fault: request late");
            body.abandon();
            answer(name, future, null, new StorageException("simulated: " + name + " timed out"));
            simulator.after(simulator.latency(REQUEST_NANOS * 20), name + " late", effect::happen);
        } else {
            boolean again = simulator.chance(now.repeats());
            send(name, () -> {
                String version = effect.happen();
                if (again) {
                    simulator.count("fault: request repeated");
                    version = effect.happen();
                }
                answer(name, future, Optional.ofNullable(version), null);
            });
        }
        return future;
    }

    <T> CompletableFuture<T> request(String name, Supplier<T> effect) {
        Simulator simulator = node.simulator();
        CompletableFuture<T> future = new CompletableFuture<>();
        if (!node.isAlive()) {
            return future;
        }
        if (simulator.chance(faults.get().fails())) {
            simulator.count("fault: read fails");
            answer(name, future, null, new StorageException("simulated: " + name + " failed"));
            return future;
        }
        send(name, () -> {
            if (!node.isAlive()) {
                return;
            }
            try {
                answer(name, future, effect.get(), null);
            } catch (InvalidRequestException e) {
                answer(name, future, null, e);
            }
        });
        return future;
    }

    private void send(String name, Runnable effect) {
        node.simulator().after(node.simulator().latency(REQUEST_NANOS), name, () -> {
            node.reached(name);
            node.takeEffect(effect);
        });
    }

    private <T> void answer(
            String name, CompletableFuture<T> future, @Nullable T value, @Nullable RuntimeException error) {
        node.simulator().after(node.simulator().latency(REQUEST_NANOS / 4), name + " answered", () -> {
            node.reached(name + " done");
            node.whenRunning(() -> {
                if (error != null) {
                    future.completeExceptionally(error);
                } else {
                    future.complete(value);
                }
            });
        });
    }

    private static String kind(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    private static SimBucket.Expectation expectation(PutCondition condition) {
        if (condition instanceof PutCondition.IfVersion wanted) {
            return present -> wanted.version().equals(present);
        }
        return condition instanceof PutCondition.IfAbsent ? present -> present == null : present -> true;
    }

    static byte[] read(ObjectBody body) {
        byte[] bytes = new byte[Math.toIntExact(body.length())];
        int at = 0;
        ObjectBody.Cursor cursor = body.open();
        for (ByteBuffer piece = cursor.next(); piece != null; piece = cursor.next()) {
            int length = piece.remaining();
            piece.get(bytes, at, length);
            at += length;
        }
        if (at != bytes.length) {
            throw new IllegalStateException("a body of " + bytes.length + " bytes gave " + at);
        }
        return bytes;
    }

    private static ObjectSummary summary(String key, SimBucket.Stored stored) {
        return new ObjectSummary(key, stored.bytes().length, stored.version());
    }

    /** Returns the bytes of contents that were not released. */
    public long contentBytesHeld() {
        return contents.metric().usedHeapMemory();
    }

    private ObjectContent content(String key, SimBucket.Stored stored, ByteRange range) {
        long size = stored.bytes().length;
        long from = 0;
        long to = size;
        if (range instanceof ByteRange.Slice slice) {
            from = slice.from();
            to = Math.min(size, from + slice.length());
            if (from >= size) {
                throw new InvalidRequestException("object=" + key + ": range begins at " + from + " of " + size);
            }
        } else if (range instanceof ByteRange.Suffix suffix) {
            from = Math.max(0, size - suffix.length());
        }
        ByteBuf data = contents.heapBuffer((int) (to - from)).writeBytes(stored.bytes(), (int) from, (int) (to - from));
        return new ObjectContent(data, from, size, stored.version());
    }
}
