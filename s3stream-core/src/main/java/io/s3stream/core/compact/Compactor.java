package io.s3stream.core.compact;

import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.api.tools.RewriteReport;
import io.s3stream.core.compact.pace.Foreground;
import io.s3stream.core.compact.pace.ForegroundThrottle;
import io.s3stream.core.compact.pace.PlanPace;
import io.s3stream.core.compact.rewrite.RewriteRequest;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts a node's share of the objects while its store is open, and rewrites streams for the host. It reads the state,
 * runs the planner's tasks one at a time, and sleeps. A failure ends at most one task. Portions of a rewriting and
 * planned tasks take turns. Owns the tasks and the list of damaged objects; runs on its own context. An unchanged state
 * causes no requests [L29].
 */
public final class Compactor {

    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    private static final Duration MAX_BACKOFF = Duration.ofMinutes(5);
    /** Some object storages cannot copy parts. After this many failures, everything is read and rewritten. */
    private static final int MAX_FAILED_COPIES = 2;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final CompactionTools tools;
    private final ForegroundThrottle brake;
    private final CompactionPlanner planner;
    private final DamagedObjects damaged;
    private final PlanPace planPace = new PlanPace();
    private final Rewrites rewrites;
    private final Deque<CompactionTask> tasks = new ArrayDeque<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable Compaction running;
    private @Nullable Timer sleeping;
    private long seen = -1; // sequence of a state that needs no task
    private int failures; // in a row
    private int failedCopies; // failed compactions in a row that asked the storage to copy
    private long plansFrom; // no planning before this time
    private boolean plans; // whether compaction is enabled
    private boolean hasRewritten; // the last job was a portion of a rewriting
    private boolean closing;

    public Compactor(CompactionTools tools, Foreground foreground) {
        this.tools = tools;
        this.brake = new ForegroundThrottle(
                tools.runtime(), tools.context(), tools.settings().bytesPerSecond(), foreground);
        this.planner = new CompactionPlanner(tools.settings());
        this.damaged = new DamagedObjects();
        this.rewrites = new Rewrites(tools);
        tools.context().onFailure(this::onContextFailure);
    }

    /** Ends compaction. The running task leaves only orphans. */
    private void onContextFailure(Throwable thrown) {
        closing = true;
        ended.complete(null);
        rewrites.end();
        if (running != null) {
            running.abandon();
        }
    }

    /** Enables compaction. Must be called at most once. */
    public void start() {
        tools.context().execute(() -> {
            plans = true;
            plansFrom = tools.runtime().nanoTime() + tools.settings().interval().toNanos();
            rest();
        });
    }

    /**
     * Rewrites a stream, after the rewritings that were asked for before. Also works if compaction is not enabled.
     *
     * @return completes on the context; fails as {@link io.s3stream.api.StreamStore#rewrite} does
     */
    public CompletableFuture<RewriteReport> rewrite(RewriteRequest request) {
        return rewrites.add(request, this::work);
    }

    /**
     * Abandons the running task. Must be called before the runtime and the storage are closed.
     *
     * @return completes on the context when the task has released everything, or after a few seconds if the storage
     *     does not answer
     */
    public CompletableFuture<Void> close() {
        tools.context().execute(() -> {
            if (closing) {
                return;
            }
            closing = true;
            wakeUp();
            rewrites.end();
            if (running == null) {
                ended.complete(null);
            } else {
                Timer timeout = tools.runtime().schedule(CLOSE_TIMEOUT, tools.context(), () -> {
                    LOG.warn("object storage does not answer; closing without waiting for the compaction");
                    ended.complete(null);
                });
                ended.whenComplete((nothing, error) -> timeout.cancel());
                running.abandon();
            }
        });
        return ended;
    }

    private void sleep(Duration pause) {
        wakeUp();
        if (!closing) {
            sleeping = tools.runtime().schedule(pause, tools.context(), this::work);
        }
    }

    private void wakeUp() {
        if (sleeping != null) {
            sleeping.cancel();
            sleeping = null;
        }
    }

    /** Sleeps until the next planning, or until a rewriting is asked for. */
    private void rest() {
        if (plans) {
            long left = Math.max(plansFrom - tools.runtime().nanoTime(), 0);
            sleep(Duration.ofNanos(Math.max(left, planPace.rest(tools.runtime().nanoTime()))));
        }
    }

    private void pausePlanning(Duration pause) {
        plansFrom = tools.runtime().nanoTime() + pause.toNanos();
    }

    private void work() {
        wakeUp();
        if (closing || running != null) {
            return;
        }
        RewritePortion portion = hasRewritten ? null : rewrites.next();
        CompactionTask task = portion == null ? nextTask() : null;
        if (portion == null && task == null && hasRewritten) {
            portion = rewrites.next();
        }
        hasRewritten = portion != null;
        if (portion != null) {
            run(portion);
        } else if (task != null) {
            run(task);
        } else if (rewrites.isEmpty()) {
            rest();
        } else {
            sleep(tools.settings().interval()); // until the next attempt of a portion
        }
    }

    private @Nullable CompactionTask nextTask() {
        if (!tasks.isEmpty()) {
            return tasks.poll();
        }
        long now = tools.runtime().nanoTime();
        if (!plans || plansFrom - now > 0 || planPace.rest(now) > 0) {
            return null;
        }
        CompactionTask task = plan();
        if (task == null) {
            pausePlanning(tools.settings().interval());
        }
        return task;
    }

    private void run(CompactionTask task) {
        run(task, failedCopies < MAX_FAILED_COPIES, (compaction, failure) -> {
            if (compaction.hasCopiedParts()) {
                failedCopies = failure == null ? 0 : failedCopies + 1;
            }
            if (failure == null) {
                failures = 0;
                goOn(compaction);
            } else {
                failed(task, failure);
            }
        });
    }

    private void run(RewritePortion portion) {
        run(portion, false, (compaction, failure) -> {
            if (failure == null) {
                rewrites.done(portion);
                work();
                return;
            }
            rewrites.failed(failure);
            if (rewrites.isRetrying()) {
                tools.metadata()
                        .refresh()
                        .whenComplete((view, error) -> tools.context()
                                .execute(() -> sleep(tools.settings().interval())));
            } else {
                work();
            }
        });
    }

    private void run(CopyJob job, boolean mayCopyParts, BiConsumer<Compaction, @Nullable StreamException> then) {
        Compaction compaction = new Compaction(tools, job, brake, mayCopyParts);
        running = compaction;
        long begun = tools.metrics().now();
        compaction
                .start()
                .whenComplete((done, error) -> tools.context().execute(() -> {
                    running = null;
                    tools.metrics().ended(begun, error != null);
                    if (closing) {
                        ended.complete(null);
                    } else {
                        then.accept(
                                compaction,
                                error == null ? null : Failures.asStreamException("compaction failed", error));
                    }
                }));
    }

    /**
     * Continues after a successful task. A task without a commit changed nothing, so planning again at once would
     * repeat it.
     */
    private void goOn(Compaction ended) {
        if (!ended.hasCommitted() && tasks.isEmpty()) {
            pausePlanning(tools.settings().interval());
        }
        work();
    }

    private @Nullable CompactionTask plan() {
        MetadataView view = tools.metadata().view();
        long sequence = view.sequence();
        if (sequence == seen) {
            return null;
        }
        long now = tools.runtime().nanoTime();
        tasks.addAll(planner.plan(view, tools.node().nodeId(), id -> damaged.isLeftAlone(id, now)));
        planPace.planned(now, tools.runtime().nanoTime());
        if (tasks.isEmpty()) {
            seen = sequence;
        }
        return tasks.poll();
    }

    private void failed(CompactionTask task, StreamException reason) {
        tasks.clear();
        if (reason.kind() == Kind.FENCED || reason.kind() == Kind.CLOSED) {
            LOG.info("compaction stopped: {}", reason.getMessage());
            plans = false;
            work(); // rewritings fail by themselves
            return;
        }
        failures++;
        if (reason instanceof DamagedInputException doubt
                && !damaged.isConfirmed(doubt.objectId(), String.valueOf(doubt.getMessage()))) {
            LOG.warn("compaction found damage, reading the object again: {}", doubt.getMessage());
            backOff();
            return;
        }
        if (isDoubtful(reason)) {
            tools.runtime().step("compact.damaged");
        }
        if (reason instanceof DamagedInputException damage) {
            LOG.error("excluding a damaged object from compaction: {}", damage.getMessage(), damage);
            tools.metrics().damaged();
            damaged.leaveAlone(damage.objectId(), tools.runtime().nanoTime());
        } else if (isDoubtful(reason)) {
            LOG.error("compaction of {} failed and may be wrong; excluding its objects", task, reason);
            tools.metrics().damaged();
            long now = tools.runtime().nanoTime();
            task.inputs().forEach(input -> damaged.leaveAlone(input.id(), now));
        } else {
            LOG.warn("compaction failed; retrying in {} ms: {}", backoff().toMillis(), reason.getMessage());
        }
        if (reason instanceof InputGoneException gone) {
            lookAgain(task, gone.key());
        } else {
            backOff();
        }
    }

    private void backOff() {
        pausePlanning(backoff());
        work();
    }

    /** Returns whether the inputs or the outputs may be wrong. A lack of memory indicates neither. */
    private static boolean isDoubtful(StreamException reason) {
        boolean isError = reason.getCause() instanceof Error;
        return reason.kind() == Kind.CORRUPTED || (reason.kind() == Kind.INTERNAL && !isError);
    }

    /**
     * Refreshes the metadata after an input was missing. If the fresh metadata still name it, the object is lost [R20];
     * usually they do not.
     */
    private void lookAgain(CompactionTask task, String key) {
        tools.metadata()
                .refresh()
                .whenComplete((view, error) -> tools.context().execute(() -> {
                    if (error == null) {
                        task.inputs().stream()
                                .filter(input -> input.key().equals(key))
                                .forEach(input -> judgeGone(view, input));
                    }
                    backOff();
                }));
    }

    private void judgeGone(MetadataView view, ObjectMetadata gone) {
        ObjectMetadata present = view.object(gone.id());
        if (present != null && !present.isRetired() && damaged.isConfirmed(gone.id(), "gone")) {
            LOG.error("object={}: the metadata name it, but it does not exist in object storage", gone.key());
            tools.metrics().damaged();
            damaged.leaveAlone(gone.id(), tools.runtime().nanoTime());
        }
    }

    private Duration backoff() {
        Duration interval = tools.settings().interval();
        Duration pause = interval.multipliedBy(1L << Math.min(failures, 10));
        return pause.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : pause;
    }
}
