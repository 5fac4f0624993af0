package io.s3stream.core.metadata;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.metrics.MetadataMetrics;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The metadata's reads and writes, with their results handed to the serial context. What a handler throws is fatal to the
 * client, except an {@link Error}, which is left to the runtime.
 */
final class MetadataLog {

    static final String HEAD_KEY = "meta/head";

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final ObjectStorage storage;
    private final MetadataRegister register;
    private final MetadataSettings settings;
    private final MetadataMetrics metrics;
    private final Consumer<Throwable> fatal;
    private final Set<Timer> timers = new LinkedHashSet<>();
    private boolean closed;

    MetadataLog(
            EngineRuntime runtime,
            SerialContext context,
            ObjectStorage storage,
            MetadataRegister register,
            MetadataSettings settings,
            MetadataMetrics metrics,
            Consumer<Throwable> fatal) {
        this.runtime = runtime;
        this.context = context;
        this.storage = storage;
        this.register = register;
        this.settings = settings;
        this.metrics = metrics;
        this.fatal = fatal;
    }

    EngineRuntime runtime() {
        return runtime;
    }

    MetadataSettings settings() {
        return settings;
    }

    MetadataMetrics metrics() {
        return metrics;
    }

    /** Nothing that is still under way is heard of any more. */
    void close() {
        closed = true;
        timers.forEach(Timer::cancel);
        timers.clear();
    }

    /** @param giveUp told why, when the operation cannot be completed */
    Attempts attempts(Consumer<Throwable> giveUp) {
        return new Attempts(this, giveUp);
    }

    /** Runs a task later, unless the client is closed before. */
    Timer schedule(Duration delay, Runnable task) {
        AtomicReference<@Nullable Timer> self = new AtomicReference<>();
        Timer timer = runtime.schedule(delay, context, () -> {
            Timer ran = self.get();
            if (ran != null) {
                timers.remove(ran);
            }
            guarded(task);
        });
        self.set(timer);
        timers.add(timer);
        return () -> {
            timers.remove(timer);
            return timer.cancel();
        };
    }

    /** Runs a task of the client; a failure that nobody expected stops it rather than leave it hanging. */
    void guarded(Runnable task) {
        if (closed) {
            return;
        }
        try {
            task.run();
        } catch (StreamException e) {
            fatal.accept(e);
        } catch (RuntimeException e) {
            fatal.accept(new StreamException(StreamException.Kind.INTERNAL, "metadata client: " + e, e));
        }
    }

    void readHead(Attempts attempts, Consumer<Optional<MetadataRegister.Versioned>> then) {
        runtime.step("metadata.head.read");
        retrying(attempts, register::read, then);
    }

    /** Nothing: the head still has that version. */
    void readHeadIfChanged(String version, Attempts attempts, Consumer<Optional<MetadataRegister.Versioned>> then) {
        runtime.step("metadata.head.reread");
        retrying(attempts, () -> register.readIfChanged(version), then);
    }

    /** One try; a failure means that the outcome is unknown. */
    void compareAndSet(
            Optional<String> version,
            byte[] head,
            Attempts attempts,
            Consumer<Optional<String>> then,
            Consumer<Throwable> unknown) {
        runtime.step("metadata.cas");
        on(attempts, () -> register.compareAndSet(version, head), then, unknown);
    }

    /** The object's bytes as the head describes them; nothing if there is no such object. */
    void fetch(ObjectRef object, Attempts attempts, Consumer<Optional<byte[]>> then) {
        runtime.step("metadata.fetch");
        retrying(
                attempts,
                // Copied where it arrives: whatever becomes of this client, the buffer is released.
                () -> storage.get(object.key(), ByteRange.WHOLE)
                        .thenApply(content -> content.map(MetadataLog::copyAndRelease)),
                content -> {
                    content.ifPresent(bytes -> verify(object, bytes));
                    then.accept(content);
                });
    }

    private static byte[] copyAndRelease(ObjectContent content) {
        try (content) {
            byte[] bytes = new byte[content.data().readableBytes()];
            content.data().readBytes(bytes);
            return bytes;
        }
    }

    private static void verify(ObjectRef object, byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        if (bytes.length != object.length() || (int) crc.getValue() != object.crc()) {
            throw new CorruptedDataException("object=" + object.key() + ": " + bytes.length
                    + " bytes which are not the " + object.length() + " that the head names");
        }
    }

    /** Writes a new object under a key nobody used before, so that a repeated or late put does no harm. */
    void put(MetadataKeys keys, long number, List<ByteBuffer> pieces, Attempts attempts, Consumer<ObjectRef> then) {
        CRC32C crc = new CRC32C();
        long length = 0;
        for (ByteBuffer piece : pieces) {
            length += piece.remaining();
            crc.update(piece.duplicate());
        }
        String kind = keys.kind();
        String key = keys.key(number, new UUID(runtime.randomLong(), runtime.randomLong()));
        ObjectRef object = new ObjectRef(key, length, (int) crc.getValue());
        runtime.step("metadata." + kind + ".put");
        retrying(attempts, () -> storage.put(key, ObjectBody.of(pieces), PutCondition.ALWAYS), written -> {
            runtime.step("metadata." + kind + ".put.done");
            then.accept(object);
        });
    }

    void list(String prefix, String after, int limit, Attempts attempts, Consumer<List<ObjectSummary>> then) {
        runtime.step("metadata.list");
        retrying(attempts, () -> storage.list(prefix, after, limit), then);
    }

    /** Answers the keys that could not be deleted. */
    void delete(List<String> keys, Attempts attempts, Consumer<List<String>> then) {
        runtime.step("metadata.delete");
        retrying(attempts, () -> storage.delete(keys), failed -> then.accept(new ArrayList<>(failed.keySet())));
    }

    private <T> void retrying(Attempts attempts, Call<T> call, Consumer<T> then) {
        on(attempts, call, then, failure -> attempts.again(failure, () -> retrying(attempts, call, then)));
    }

    private <T> void on(Attempts attempts, Call<T> call, Consumer<T> then, Consumer<Throwable> failed) {
        begin(call)
                .whenComplete((value, failure) -> context.execute(() -> {
                    if (!attempts.isOver()) {
                        guarded(() -> {
                            if (failure == null) {
                                then.accept(value);
                            } else {
                                failed.accept(cause(failure));
                            }
                        });
                    }
                }));
    }

    private static <T> CompletableFuture<T> begin(Call<T> call) {
        try {
            return call.begin();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Throwable cause(Throwable failure) {
        @Nullable Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }

    /** Something to begin, and to begin again. */
    private interface Call<T> {
        CompletableFuture<T> begin();
    }
}
