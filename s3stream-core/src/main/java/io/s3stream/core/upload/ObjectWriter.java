package io.s3stream.core.upload;

import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.events.OutageWatch;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metrics.UploadMetrics;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes runs of the write cache as objects, with retries until it succeeds. While the store is open, a slow or failing
 * object storage shows up as backpressure, never as an upload error. The caller holds references on the slabs until the
 * future completes. Runs on the upload context.
 */
@SuppressWarnings("CollectionUndefinedEquality") // futures by identity
public final class ObjectWriter {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectWriter.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(5);
    /** A request without an answer is reported after this time plus the transfer time of its body. */
    private static final Duration SILENCE = Duration.ofSeconds(30);
    /**
     * The additional time until the request is abandoned; longer than a storage of this library takes including its
     * retries.
     */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(4);
    /** The speed of a slow connection. */
    private static final long BYTES_PER_SECOND = 1 << 20;

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final ObjectStorage storage;
    private final KeysInFlight keys;
    private final UploadOptions options;
    private final Watch watch;
    private final Map<CompletableFuture<?>, Collection<Slab>> pending = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Receives the outcomes of the requests. */
    public record Watch(UploadMetrics metrics, OutageWatch outages) {}

    /** @param keys the source of keys; the committer of the objects releases them */
    public ObjectWriter(
            EngineRuntime runtime, ObjectStorage storage, KeysInFlight keys, UploadOptions options, Watch watch) {
        this.runtime = runtime;
        this.context = runtime.serialContext("upload");
        this.storage = storage;
        this.keys = keys;
        this.options = options;
        this.watch = watch;
        context.onFailure(this::onContextFailure);
    }

    /** Abandons the slabs: the storage may still read them, so they must never be overwritten. */
    private void onContextFailure(Throwable thrown) {
        closed = true;
        pending.forEach((done, slabs) -> {
            slabs.forEach(Slab::abandon);
            done.completeExceptionally(thrown);
        });
    }

    /** Returns the keys in flight, which the committer of the objects must use. */
    public KeysInFlight keys() {
        return keys;
    }

    /**
     * Stops further attempts; an upload that waits for its next attempt fails. The thread ends after the last answer.
     */
    public void close() {
        closed = true;
        context.release();
    }

    /**
     * Writes objects.
     *
     * @param contents the runs of each object, sorted by stream id, epoch and offset; an empty list makes no object
     * @param slabs the memory of the runs; abandoned if the storage may still read them after a failure
     * @return completes on the upload context with the objects, ready to be committed
     */
    public CompletableFuture<List<UploadedObject>> write(List<List<StreamRun>> contents, Collection<Slab> slabs) {
        CompletableFuture<List<UploadedObject>> done = new CompletableFuture<>();
        pending.put(done, List.copyOf(slabs));
        done.whenComplete((objects, error) -> pending.remove(done));
        context.execute(() -> {
            List<CompletableFuture<UploadedObject>> objects = contents.stream()
                    .filter(runs -> !runs.isEmpty())
                    .map(runs -> put(runs, slabs))
                    .toList();
            CompletableFuture.allOf(objects.toArray(CompletableFuture[]::new)).whenComplete((nothing, error) -> {
                if (error != null) {
                    done.completeExceptionally(error);
                } else {
                    done.complete(objects.stream().map(CompletableFuture::join).toList());
                }
            });
        });
        return done;
    }

    private CompletableFuture<UploadedObject> put(List<StreamRun> runs, Collection<Slab> slabs) {
        Put put = new Put(ObjectPlan.of(runs, options.blockBytes()), slabs);
        put.attempt(FIRST_PAUSE);
        return put.done;
    }

    /** An object, until it is written. */
    private final class Put {

        private final ObjectPlan plan;
        private final Collection<Slab> slabs;
        private final long begun = watch.metrics().now();
        private final CompletableFuture<UploadedObject> done = new CompletableFuture<>();
        private String key = keys.next();

        Put(ObjectPlan plan, Collection<Slab> slabs) {
            this.plan = plan;
            this.slabs = slabs;
        }

        void attempt(Duration pause) {
            if (closed) {
                done.completeExceptionally(
                        new StoreClosedException("object=" + key + ": upload abandoned, the store closed"));
                return;
            }
            new Attempt(this, key, pause).begin();
        }

        void written(String as, long bytes) {
            watch.metrics().written(begun, bytes);
            watch.outages().answered();
            runtime.step("upload.put");
            done.complete(new UploadedObject(as, bytes, plan.ranges()));
        }

        void again(Duration pause, Throwable error) {
            watch.metrics().repeated();
            LOG.warn("object={}: upload failed, next attempt in {} ms: {}", key, pause.toMillis(), error.toString());
            Duration doubled = pause.multipliedBy(2);
            Duration next = doubled.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : doubled;
            runtime.schedule(pause, context, () -> attempt(next));
        }

        /** Takes a new key. No commit names the old one: a sweep deletes an object that a late request writes there. */
        void takeNewKey() {
            keys.release(List.of(key));
            key = keys.next();
        }
    }

    /** A request, until its answer or its timeout. */
    private final class Attempt {

        private final Put put;
        private final String key;
        private final Duration pause;
        private final PlannedBody body;
        private final long sentAt = runtime.nanoTime();
        private @Nullable Timer silence;
        private boolean over;

        Attempt(Put put, String key, Duration pause) {
            this.put = put;
            this.key = key;
            this.pause = pause;
            this.body = new PlannedBody(put.plan);
        }

        void begin() {
            Duration transfer = Duration.ofSeconds(body.length() / BYTES_PER_SECOND);
            silence = runtime.schedule(SILENCE.plus(transfer), context, this::tell);
            Failures.answerOf(() -> storage.put(key, body, PutCondition.ALWAYS))
                    .whenComplete((version, error) ->
                            context.execute(() -> settle(version != null && version.isPresent(), error)));
        }

        /** Reports the silence to the host, and keeps waiting: the storage may be slow. */
        private void tell() {
            watch.outages().failed(sentAt, unanswered());
            silence = runtime.schedule(ANSWER_TIMEOUT, context, this::giveUp);
        }

        /** The request may still read the slabs, and write the key: neither is used again. */
        private void giveUp() {
            over = true;
            body.abandon();
            put.slabs.forEach(Slab::abandon);
            put.takeNewKey();
            put.again(pause, unanswered());
        }

        private StorageException unanswered() {
            return new StorageException(
                    "object=" + key + ": a PUT of " + body.length() + " bytes has not been answered for "
                            + Duration.ofNanos(runtime.nanoTime() - sentAt).toSeconds() + " s");
        }

        private void settle(boolean isWritten, @Nullable Throwable error) {
            if (over) {
                return;
            }
            over = true;
            if (silence != null) {
                silence.cancel();
            }
            if (body.isAbandoned()) {
                put.slabs.forEach(Slab::abandon);
            }
            if (error == null && isWritten) {
                put.written(key, body.length());
                return;
            }
            Throwable failure = error != null
                    ? Failures.unwrap(error)
                    : new StorageException("object=" + key + ": a PUT without a condition was refused by one");
            watch.outages().failed(sentAt, failure);
            put.again(pause, failure);
        }
    }
}
