package io.s3stream.core.collect;

import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metrics.CollectMetrics;
import io.s3stream.core.upload.KeysInFlight;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.storage.ObjectStorage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works in rounds while the store is open. A round removes released ranges from their objects, deletes retired objects
 * after their grace period, and sweeps when a sweep is due. Rounds and requests run one at a time, on their own serial
 * context. A round without work sends no request. A failed round is retried after a pause that grows.
 */
public final class ObjectCollector {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectCollector.class);
    private static final int RELEASES_PER_COMMAND = 5000;
    private static final int OBJECTS_PER_COMMAND = 1000;
    private static final Duration MIN_LOOK = Duration.ofMillis(10);
    private static final Duration MAX_LOOK = Duration.ofSeconds(10);
    private static final Duration MAX_PAUSE = Duration.ofMinutes(5);
    private static final int LOOKS_PER_GRACE = 4;
    private static final int MAX_DOUBLINGS = 20;

    /** Parts of the engine that a collector uses. */
    public record Collaborators(
            EngineRuntime runtime,
            MetadataClient metadata,
            ObjectStorage storage,
            KeysInFlight keys,
            CollectMetrics metrics) {}

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final MetadataClient metadata;
    private final ObjectStorage storage;
    private final KeysInFlight keys;
    private final CollectMetrics metrics;
    private final CollectOptions options;
    private final CollectRules rules;
    private final RetiredObjects retired;
    private final Sweeper sweeper;
    private final Duration look;
    private volatile boolean closed;
    private @Nullable Timer timer;
    private long nextSweep;
    private long sweptSequence = -1;
    private long sweptIssued = -1;
    private int failures;

    public ObjectCollector(Collaborators with, CollectOptions options, CollectRules rules, OrphanRule orphans) {
        this.runtime = with.runtime();
        this.context = runtime.serialContext("collect");
        this.metadata = with.metadata();
        this.storage = with.storage();
        this.keys = with.keys();
        this.metrics = with.metrics();
        this.options = options;
        this.rules = rules;
        this.retired = new RetiredObjects(rules, keys.nodeId(), options.grace().toNanos());
        this.sweeper = new Sweeper(with, context, orphans, options.pause());
        this.look = lookInterval(options);
        context.onFailure(thrown -> close());
    }

    /** Returns the pause between rounds: a fraction of the grace period or sweep interval, within fixed limits. */
    private static Duration lookInterval(CollectOptions options) {
        return Stream.of(options.grace(), options.sweepInterval())
                .filter(duration -> !duration.isZero())
                .map(duration -> duration.dividedBy(LOOKS_PER_GRACE))
                .map(duration -> duration.compareTo(MIN_LOOK) < 0 ? MIN_LOOK : duration)
                .reduce(MAX_LOOK, (one, other) -> one.compareTo(other) < 0 ? one : other);
    }

    /** Starts the rounds. Deletions begin after the first grace period. */
    public void start() {
        context.execute(() -> {
            nextSweep = runtime.nanoTime() + options.firstSweep().toNanos();
            later(look);
        });
    }

    /** Starts no further request. A request that was already sent may still take effect, and needs no waiter. */
    public void close() {
        closed = true;
        sweeper.close();
        context.execute(() -> {
            if (timer != null) {
                timer.cancel();
            }
        });
    }

    private void later(Duration delay) {
        if (!closed && !metadata.stopped().isDone()) {
            timer = runtime.schedule(delay, context, this::round);
        }
    }

    private void round() {
        if (closed) {
            return;
        }
        Failures.answerOf(this::releaseRanges)
                .thenComposeAsync(nothing -> deleteRetired(), context)
                .thenComposeAsync(nothing -> sweepIfDue(), context)
                .whenCompleteAsync((nothing, error) -> ended(error), context);
    }

    private void ended(@Nullable Throwable error) {
        if (error == null || closed) {
            failures = 0;
            later(look);
            return;
        }
        long limit = MAX_PAUSE.toNanos();
        long doubled = look.toNanos() << Math.min(failures++, MAX_DOUBLINGS);
        Duration pause = Duration.ofNanos(doubled <= 0 ? limit : Math.min(limit, doubled));
        metrics.failed();
        LOG.warn(
                "a deletion round failed; retrying in {} ms: {}",
                pause.toMillis(),
                String.valueOf(Failures.unwrap(error)));
        later(pause);
    }

    private CompletableFuture<Void> releaseRanges() {
        if (closed || !metadata.view().hasReleases()) {
            return done();
        }
        runtime.step("collect.release");
        return metadata.submit(new Command.ReleaseRanges(keys.nodeId(), keys.nodeEpoch(), RELEASES_PER_COMMAND))
                .thenComposeAsync(accepted -> pause(), context)
                .thenComposeAsync(nothing -> releaseRanges(), context);
    }

    private CompletableFuture<Void> deleteRetired() {
        if (options.grace().isZero()) {
            return done();
        }
        List<ObjectMetadata> all = metadata.view().retiredObjects();
        metrics.retired(all.size());
        List<ObjectMetadata> due = retired.due(all, runtime.nanoTime());
        if (due.stream().allMatch(retired::isOwn)) {
            return delete(due, 0);
        }
        // Their own nodes may have deleted them; only fresh metadata show that.
        return metadata.refresh()
                .thenComposeAsync(
                        view -> delete(
                                due.stream()
                                        .filter(object -> view.object(object.id()) != null)
                                        .toList(),
                                0),
                        context);
    }

    private CompletableFuture<Void> delete(List<ObjectMetadata> due, int from) {
        if (closed || from >= due.size()) {
            return done();
        }
        int to = Math.min(due.size(), from + OBJECTS_PER_COMMAND);
        List<ObjectMetadata> portion = due.subList(from, to);
        Map<String, String> failed = new HashMap<>(); // of the context, as all state
        return rules.remove(portion, objects -> deleteFromStorage(objects, failed), this::forget)
                .thenAccept(nothing -> reportFailed(failed))
                .thenComposeAsync(nothing -> pause(), context)
                .thenComposeAsync(nothing -> delete(due, to), context);
    }

    /**
     * Returns the objects that are gone. Objects that could not be deleted stay for the next round.
     *
     * @param failed receives their keys and the reasons
     */
    private CompletableFuture<List<ObjectMetadata>> deleteFromStorage(
            List<ObjectMetadata> objects, Map<String, String> failed) {
        runtime.step("collect.delete");
        return Failures.answerOf(() ->
                        storage.delete(objects.stream().map(ObjectMetadata::key).toList()))
                .thenApplyAsync(
                        refused -> {
                            runtime.step("collect.deleted");
                            failed.putAll(refused);
                            List<ObjectMetadata> gone = objects.stream()
                                    .filter(object -> !refused.containsKey(object.key()))
                                    .toList();
                            metrics.deleted(
                                    gone.size(),
                                    gone.stream()
                                            .mapToLong(ObjectMetadata::size)
                                            .sum());
                            return gone;
                        },
                        context);
    }

    private static void reportFailed(Map<String, String> failed) {
        if (!failed.isEmpty()) {
            Map.Entry<String, String> first = failed.entrySet().iterator().next();
            throw Failures.asStreamException(
                    failed.size() + " objects could not be deleted; the first is object=" + first.getKey(),
                    new IllegalStateException(first.getValue()));
        }
    }

    private CompletableFuture<Void> forget(List<ObjectMetadata> gone) {
        if (gone.isEmpty()) {
            return done();
        }
        runtime.step("collect.forget");
        return metadata.submit(new Command.RemoveObjects(
                        keys.nodeId(),
                        keys.nodeEpoch(),
                        gone.stream().map(ObjectMetadata::id).toList()))
                .thenAcceptAsync(accepted -> runtime.step("collect.forgotten"), context);
    }

    /**
     * Sweeps if due. Skips the sweep if since the last one there was no commit and no new key: there can be no new
     * orphan.
     */
    private CompletableFuture<Void> sweepIfDue() {
        long now = runtime.nanoTime();
        if (closed || options.sweepInterval().isZero() || now - nextSweep < 0) {
            return done();
        }
        long sequence = metadata.view().sequence();
        long issued = keys.snapshot().issued();
        nextSweep = now + options.sweepInterval().toNanos();
        if (sequence == sweptSequence && issued == sweptIssued) {
            return done();
        }
        return sweeper.sweep()
                .thenAcceptAsync(
                        nothing -> {
                            sweptSequence = sequence;
                            sweptIssued = issued;
                        },
                        context);
    }

    private CompletableFuture<Void> pause() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        runtime.schedule(options.pause(), context, () -> over.complete(null));
        return over;
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}
