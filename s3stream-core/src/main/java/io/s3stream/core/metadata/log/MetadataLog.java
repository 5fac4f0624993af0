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

/** Reads and writes the metadata's objects and head. Hands all results to the serial context. */
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
     * The storage and the register of the log.
     *
     * @param outages is told when one of them is out of reach
     */
    record Backends(ObjectStorage storage, MetadataRegister register, OutageListener outages) {

        private OutageWatch watch(String requests, EngineRuntime runtime) {
            return new OutageWatch("metadata (" + requests + ")", runtime, outages);
        }
    }

    /** The head as read, with its version. */
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

    /** Ignores all answers from now on. */
    void close() {
        requests.close();
    }

    /** @param giveUp receives the reason if the operation misses its deadline */
    RetryScope attempts(Consumer<Throwable> giveUp) {
        return new RetryScope(this, settings.patience().giveUpAfter(), giveUp);
    }

    /** @param giveUp receives the reason if no retry can help */
    RetryScope unlimitedAttempts(Consumer<Throwable> giveUp) {
        return new RetryScope(this, null, giveUp);
    }

    /** Runs a task later, unless the client is closed first. */
    Timer schedule(Duration delay, Runnable task) {
        return requests.schedule(delay, task);
    }

    /** Runs a task of the client; an unexpected failure stops the client. */
    void guarded(Runnable task) {
        requests.guarded(task);
    }

    void readHead(RetryScope attempts, Consumer<Optional<Present>> then) {
        runtime.step("metadata.head.read");
        requests.retrying(attempts, new Requests.Request<>(headReads, 0, backends.register()::read), decoding(then));
    }

    /** Reads the head; empty if it still has that version. */
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
                } catch (CorruptedDataException e) { // identifies the bytes, so that a second read can agree
                    throw new CorruptedDataException(
                            e.getMessage() + "; CRC32C of the bytes read: " + Integer.toHexString(crc(read.value())),
                            e);
                }
            });
            return () -> then.accept(present);
        };
    }

    /** Tries once; after a failure the outcome is unknown. */
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

    /** Fetches the object and checks it against the head's description; empty if there is no such object. */
    void fetch(ObjectRef object, RetryScope attempts, Consumer<Optional<byte[]>> then) {
        runtime.step("metadata.fetch");
        requests.retrying(
                attempts,
                // Copied on arrival: the buffer is released even if this client is closed.
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

    /** Writes a new object under a unique key, so that a repeated or late put is harmless. */
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

    /** Deletes the objects and reports the keys that could not be deleted. */
    void delete(List<String> keys, RetryScope attempts, Consumer<List<String>> then) {
        runtime.step("metadata.delete");
        requests.retrying(
                attempts,
                new Requests.Request<>(objects, 0, () -> backends.storage().delete(keys)),
                failed -> () -> then.accept(new ArrayList<>(failed.keySet())));
    }
}
