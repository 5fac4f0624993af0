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
 * Writes runs of the write cache as objects and tries until it succeeds: while the store lives, a slow or failing object
 * storage shows up as backpressure, never as an error of an upload. The caller holds references on the slabs until the
 * future completes. Runs on the upload context.
 */
@SuppressWarnings("CollectionUndefinedEquality") // futures by identity
public final class ObjectWriter {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectWriter.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** After this and the transfer of its body, a request without an answer is told of. */
    private static final Duration SILENCE = Duration.ofSeconds(30);
    /** So much longer it is waited for; longer than a storage of this library takes with all its repetitions. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(4);
    /** What a slow connection transfers. */
    private static final long BYTES_PER_SECOND = 1 << 20;

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final ObjectStorage storage;
    private final KeysInFlight keys;
    private final UploadOptions options;
    private final Watch watch;
    private final Map<CompletableFuture<?>, Collection<Slab>> pending = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Is told what becomes of the requests. */
    public record Watch(UploadMetrics metrics, OutageWatch outages) {}

    /** @param keys where keys come from; who commits what is written releases them */
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

    /** The storage may go on reading what it was given, which must never be overwritten. */
    private void onContextFailure(Throwable thrown) {
        closed = true;
        pending.forEach((done, slabs) -> {
            slabs.forEach(Slab::abandon);
            done.completeExceptionally(thrown);
        });
    }

    /** Whose keys are in flight: told of each commit of what was written here. */
    public KeysInFlight keys() {
        return keys;
    }

    /** No further attempts; an upload that waits for its next one fails. Its thread ends after the last answer. */
    public void close() {
        closed = true;
        context.release();
    }

    /**
     * Writes objects.
     *
     * @param contents the runs of each object, sorted by stream id, epoch and offset; an empty list makes no object
     * @param slabs what the runs are in; abandoned if the storage could not tell whether it still reads them
     * @return completes on the upload context with what was written, ready to be committed
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

    /** One object, until it is written. */
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
                        new StoreClosedException("object=" + key + ": upload given up, the store closed"));
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
            Duration next = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
            runtime.schedule(pause, context, () -> attempt(next));
        }

        /** Nobody commits the old key: what a late request writes there is swept. */
        void takeNewKey() {
            keys.release(List.of(key));
            key = keys.next();
        }
    }

    /** One request, until its answer, or until it is given up. */
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

        /** The storage may be slow: it is waited for, and the host hears of it. */
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
