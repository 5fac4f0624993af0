package io.s3stream.core.upload;

import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metrics.UploadMetrics;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
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

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final ObjectStorage storage;
    private final KeysInFlight keys;
    private final UploadOptions options;
    private final UploadMetrics metrics;
    private final Map<CompletableFuture<?>, Collection<Slab>> pending = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** @param keys where keys come from; who commits what is written releases them */
    public ObjectWriter(
            EngineRuntime runtime,
            ObjectStorage storage,
            KeysInFlight keys,
            UploadOptions options,
            UploadMetrics metrics) {
        this.runtime = runtime;
        this.context = runtime.serialContext("upload");
        this.storage = storage;
        this.keys = keys;
        this.options = options;
        this.metrics = metrics;
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

        private final String key = keys.next();
        private final ObjectPlan plan;
        private final PlannedBody body;
        private final Collection<Slab> slabs;
        private final long begun = metrics.now();
        private final CompletableFuture<UploadedObject> done = new CompletableFuture<>();

        Put(ObjectPlan plan, Collection<Slab> slabs) {
            this.plan = plan;
            this.body = new PlannedBody(plan);
            this.slabs = slabs;
        }

        void attempt(Duration pause) {
            if (closed) {
                done.completeExceptionally(
                        new StoreClosedException("object=" + key + ": upload given up, the store closed"));
                return;
            }
            Failures.answerOf(() -> storage.put(key, body, PutCondition.ALWAYS))
                    .whenComplete((version, error) -> context.execute(() -> settle(pause, error)));
        }

        private void settle(Duration pause, @Nullable Throwable error) {
            if (body.isAbandoned()) {
                slabs.forEach(Slab::abandon);
            }
            if (error == null) {
                metrics.written(begun, body.length());
                runtime.step("upload.put");
                done.complete(new UploadedObject(key, body.length(), plan.ranges()));
                return;
            }
            metrics.repeated();
            LOG.warn(
                    "object={}: upload failed, next attempt in {} ms: {}",
                    key,
                    pause.toMillis(),
                    String.valueOf(error));
            Duration doubled = pause.multipliedBy(2);
            Duration next = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
            runtime.schedule(pause, context, () -> attempt(next));
        }
    }
}
