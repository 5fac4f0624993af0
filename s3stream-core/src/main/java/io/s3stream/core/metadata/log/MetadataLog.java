package io.s3stream.core.metadata.log;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.bytes.Digest;
import io.s3stream.core.events.OutageListener;
import io.s3stream.core.events.OutageWatch;
import io.s3stream.core.metrics.MetadataMetrics;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.metadata.MetadataRegister.Versioned;
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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** The metadata's reads and writes, with their results handed to the serial context. */
final class MetadataLog {

    static final String HEAD_KEY = "meta/head";

    private final EngineRuntime runtime;
    private final Requests requests;
    private final Backends backends;
    private final MetadataSettings settings;
    private final MetadataMetrics metrics;
    private final OutageWatch headReads;
    private final OutageWatch headWrites;
    private final OutageWatch objects;

    /**
     * What the log is kept in.
     *
     * @param outages is told when one of them is out of reach
     */
    record Backends(ObjectStorage storage, MetadataRegister register, OutageListener outages) {

        private OutageWatch watch(String requests, EngineRuntime runtime) {
            return new OutageWatch("metadata (" + requests + ")", runtime, outages);
        }
    }

    /** The head as it was read. */
    record Present(Head head, String version) {}

    MetadataLog(
            EngineRuntime runtime,
            SerialContext context,
            Backends backends,
            MetadataSettings settings,
            MetadataMetrics metrics,
            Consumer<Throwable> fatal) {
        this.runtime = runtime;
        this.requests = new Requests(runtime, context, fatal);
        this.backends = backends;
        this.settings = settings;
        this.metrics = metrics;
        this.headReads = backends.watch("reading " + backends.register(), runtime);
        this.headWrites = backends.watch("compare-and-set of " + backends.register(), runtime);
        this.objects = backends.watch("objects under meta/", runtime);
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
        requests.close();
    }

    /** @param giveUp told why, when the operation cannot be completed within its limit */
    RetryScope attempts(Consumer<Throwable> giveUp) {
        return new RetryScope(this, settings.patience().giveUpAfter(), giveUp);
    }

    /** @param giveUp told why, when no retry can help */
    RetryScope unlimitedAttempts(Consumer<Throwable> giveUp) {
        return new RetryScope(this, null, giveUp);
    }

    /** Runs a task later, unless the client is closed before. */
    Timer schedule(Duration delay, Runnable task) {
        return requests.schedule(delay, task);
    }

    /** Runs a task of the client; a failure that nobody expected stops the client. */
    void guarded(Runnable task) {
        requests.guarded(task);
    }

    void readHead(RetryScope attempts, Consumer<Optional<Present>> then) {
        runtime.step("metadata.head.read");
        requests.retrying(attempts, new Requests.Request<>(headReads, 0, backends.register()::read), decoding(then));
    }

    /** Nothing: the head still has that version. */
    void readHeadIfChanged(String version, RetryScope attempts, Consumer<Optional<Present>> then) {
        runtime.step("metadata.head.reread");
        requests.retrying(
                attempts,
                new Requests.Request<>(headReads, 0, () -> backends.register().readIfChanged(version)),
                decoding(then));
    }

    private static Requests.Reader<Optional<Versioned>> decoding(Consumer<Optional<Present>> then) {
        return value -> {
            Optional<Present> present = value.map(read -> {
                try {
                    return new Present(HeadCodec.decode(read.value(), HEAD_KEY), read.version());
                } catch (CorruptedDataException e) { // says which bytes, so that a second reading can agree
                    throw new CorruptedDataException(
                            e.getMessage() + "; CRC32C of what was read: " + Integer.toHexString(crc(read.value())), e);
                }
            });
            return () -> then.accept(present);
        };
    }

    /** One try; a failure means that the outcome is unknown. */
    void compareAndSet(
            Optional<String> version,
            byte[] head,
            RetryScope attempts,
            Consumer<Optional<String>> then,
            Consumer<Throwable> unknown) {
        runtime.step("metadata.cas");
        requests.once(
                attempts,
                new Requests.Request<>(
                        headWrites, head.length, () -> backends.register().compareAndSet(version, head)),
                then,
                unknown);
    }

    /** The object's bytes as the head describes them; nothing if there is no such object. */
    void fetch(ObjectRef object, RetryScope attempts, Consumer<Optional<byte[]>> then) {
        runtime.step("metadata.fetch");
        requests.retrying(
                attempts,
                // Copied where it arrives: whatever becomes of this client, the buffer is released.
                new Requests.Request<>(
                        objects,
                        object.length(),
                        () -> backends.storage()
                                .get(object.key(), ByteRange.WHOLE)
                                .thenApply(content -> content.map(MetadataLog::copyAndRelease))),
                content -> {
                    content.ifPresent(bytes -> verify(object, bytes));
                    return () -> then.accept(content);
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
        UUID digest = Digest.of(bytes);
        if (bytes.length != object.length() || !digest.equals(object.digest())) {
            throw new CorruptedDataException("object=" + object.key() + ": " + bytes.length + " bytes of digest "
                    + digest + " which are not the " + object.length() + " that the head names");
        }
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Writes a new object under a key nobody used before, so that a repeated or late put does no harm. */
    void put(MetadataKeys keys, long number, List<ByteBuffer> pieces, RetryScope attempts, Consumer<ObjectRef> then) {
        long length = pieces.stream().mapToLong(ByteBuffer::remaining).sum();
        String kind = keys.kind();
        String key = keys.key(number, new UUID(runtime.randomLong(), runtime.randomLong()));
        ObjectRef object = new ObjectRef(key, length, Digest.of(pieces));
        runtime.step("metadata." + kind + ".put");
        requests.retrying(
                attempts,
                new Requests.Request<>(
                        objects, length, () -> backends.storage().put(key, ObjectBody.of(pieces), PutCondition.ALWAYS)),
                written -> () -> {
                    runtime.step("metadata." + kind + ".put.done");
                    then.accept(object);
                });
    }

    void list(String prefix, String after, int limit, RetryScope attempts, Consumer<List<ObjectSummary>> then) {
        runtime.step("metadata.list");
        requests.retrying(
                attempts,
                new Requests.Request<>(objects, 0, () -> backends.storage().list(prefix, after, limit)),
                page -> () -> then.accept(page));
    }

    /** Answers the keys that could not be deleted. */
    void delete(List<String> keys, RetryScope attempts, Consumer<List<String>> then) {
        runtime.step("metadata.delete");
        requests.retrying(
                attempts,
                new Requests.Request<>(objects, 0, () -> backends.storage().delete(keys)),
                failed -> () -> then.accept(new ArrayList<>(failed.keySet())));
    }
}
