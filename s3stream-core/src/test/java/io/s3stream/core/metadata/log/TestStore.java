package io.s3stream.core.metadata.log;

import io.netty.buffer.Unpooled;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A register and an object storage in memory. Requests can be lost before or after their effect, held, or late. */
public final class TestStore {

    /** The outcome of a request. */
    enum Fate {
        FINE,
        /** Fails without any effect. */
        FAILS,
        /** Takes effect, and the response is lost. */
        LOST,
        /** Fails at once and takes effect later. */
        LATE,
        /** Takes effect now, and the response arrives after an hour. */
        HELD,
        /** Takes effect now, and the response is lost after an hour. */
        HELD_AND_LOST,
        /** Takes effect and is never answered. */
        SILENT,
        /** Fails as a request without permission does. */
        REFUSED,
        /** A read whose answer has a changed bit. */
        DAMAGED,
        /** A read that finds nothing. */
        MISSING
    }

    static final long HOUR = 3_600_000_000_000L;

    final TestRuntime runtime;
    final Map<String, byte[]> objects = new TreeMap<>();
    public final List<String> requests = new ArrayList<>();
    /** Fates of the next compare-and-sets, head reads and puts. */
    final Deque<Fate> casFates = new ArrayDeque<>();

    final Deque<Fate> readFates = new ArrayDeque<>();
    final Deque<Fate> putFates = new ArrayDeque<>();
    final Deque<Fate> getFates = new ArrayDeque<>();
    /** The fate of every request at present. */
    Fate always = Fate.FINE;

    /** Whether the head is missing. */
    boolean isGone;

    /** Percentage of requests that randomly fail. */
    public int trouble;

    int largestHead;
    private byte[] head;
    private long version;

    public TestStore(TestRuntime runtime) {
        this.runtime = runtime;
    }

    public byte[] head() {
        return head;
    }

    void head(byte[] value) {
        head = value;
        version++;
    }

    private Fate fate(Deque<Fate> planned, boolean write) {
        if (always != Fate.FINE) {
            return always;
        }
        if (!planned.isEmpty()) {
            return planned.remove();
        }
        if (runtime.random().nextInt(100) >= trouble) {
            return Fate.FINE;
        }
        return write ? Fate.values()[1 + runtime.random().nextInt(3)] : Fate.FAILS;
    }

    private <T> CompletableFuture<T> request(String what, Fate fate, Supplier<T> effect) {
        requests.add(what);
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable failing = () -> future.completeExceptionally(new StorageException(what + ": no answer"));
        runtime.after(runtime.latency(), () -> {
            switch (fate) {
                case SILENT -> effect.get();
                case REFUSED ->
                    runtime.after(
                            runtime.latency(),
                            () -> future.completeExceptionally(
                                    new InvalidRequestException("no permission for " + what)));
                case FINE, HELD, DAMAGED, MISSING -> {
                    T value = effect.get();
                    runtime.after(fate == Fate.HELD ? HOUR : runtime.latency(), () -> future.complete(value));
                }
                case LOST, HELD_AND_LOST -> {
                    effect.get();
                    runtime.after(fate == Fate.HELD_AND_LOST ? HOUR : runtime.latency(), failing);
                }
                case FAILS -> runtime.after(runtime.latency(), failing);
                case LATE -> {
                    failing.run();
                    runtime.after(runtime.latency() * (1 + runtime.random().nextInt(100)), effect::get);
                }
            }
        });
        return future;
    }

    public MetadataRegister register() {
        return new MetadataRegister() {
            @Override
            public CompletableFuture<Optional<Versioned>> read() {
                Fate fate = fate(readFates, false);
                return request("read", fate, () -> value(fate));
            }

            private Optional<Versioned> value(Fate fate) {
                return fate == Fate.MISSING
                        ? Optional.empty()
                        : value().map(read -> new Versioned(read.version(), damagedIf(fate, read.value())));
            }

            private Optional<Versioned> value() {
                return head == null || isGone ? Optional.empty() : Optional.of(new Versioned("v" + version, head));
            }

            @Override
            public CompletableFuture<Optional<Versioned>> readIfChanged(String known) {
                Fate fate = fate(readFates, false);
                return request(
                                "readIfChanged",
                                fate,
                                () -> value(fate)
                                        .filter(present -> !present.version().equals(known)))
                        .thenApply(value -> {
                            if (isGone) {
                                throw new CorruptedDataException("meta/head: is gone");
                            }
                            return value;
                        });
            }

            @Override
            public CompletableFuture<Optional<String>> compareAndSet(Optional<String> expected, byte[] bytes) {
                return request("cas", fate(casFates, true), () -> {
                    if (!expected.equals(value().map(Versioned::version))) {
                        return Optional.empty();
                    }
                    head(bytes);
                    largestHead = Math.max(largestHead, bytes.length);
                    return Optional.of("v" + version);
                });
            }

            @Override
            public void close() {}
        };
    }

    public ObjectStorage storage() {
        return new ObjectStorage() {
            @Override
            public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
                return request("put " + key, fate(putFates, true), () -> {
                    objects.put(key, read(body));
                    return Optional.of("1");
                });
            }

            @Override
            public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
                Fate fate = fate(getFates, false);
                return request("get " + key, fate, () -> {
                    byte[] bytes = fate == Fate.MISSING ? null : objects.get(key);
                    return bytes == null
                            ? Optional.empty()
                            : Optional.of(new ObjectContent(
                                    Unpooled.wrappedBuffer(damagedIf(fate, bytes)), 0, bytes.length, "1"));
                });
            }

            @Override
            public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
                return request("delete " + keys, fate(new ArrayDeque<>(), true), () -> {
                    objects.keySet().removeAll(keys);
                    return Map.of();
                });
            }

            @Override
            public CompletableFuture<ConditionalContent> getIfChanged(String key, String known) {
                throw new UnsupportedOperationException();
            }

            @Override
            public CompletableFuture<Optional<ObjectSummary>> head(String key) {
                throw new UnsupportedOperationException();
            }

            @Override
            public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
                return request(
                        "list " + prefix,
                        fate(new ArrayDeque<>(), false),
                        () -> objects.keySet().stream()
                                .filter(key -> key.startsWith(prefix) && key.compareTo(startAfter) > 0)
                                .limit(Math.min(limit, 2))
                                .map(key -> new ObjectSummary(key, 1, "1"))
                                .toList());
            }

            @Override
            public CompletableFuture<MultipartUpload> createMultipart(String key) {
                throw new UnsupportedOperationException();
            }

            @Override
            public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
                throw new UnsupportedOperationException();
            }

            @Override
            public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {}
        };
    }

    private byte[] damagedIf(Fate fate, byte[] bytes) {
        if (fate != Fate.DAMAGED) {
            return bytes;
        }
        byte[] copy = bytes.clone();
        copy[runtime.random().nextInt(copy.length)] ^= 1;
        return copy;
    }

    private static byte[] read(ObjectBody body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ObjectBody.Cursor cursor = body.open();
        for (ByteBuffer piece = cursor.next(); piece != null; piece = cursor.next()) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }
}
