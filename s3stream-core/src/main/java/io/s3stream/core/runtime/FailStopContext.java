package io.s3stream.core.runtime;

import io.s3stream.core.errors.SafeLog;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A serial context that reports the first failed task to the owners of its state. A task that throws, or that cannot be
 * handed over, leaves state half-changed. After that the context continues to run tasks. State belongs to the context,
 * except the failure to hand over a task, which any thread may record.
 */
@SuppressWarnings("UnnecessaryLambda") // a value that is compared
final class FailStopContext implements SerialContext {

    private static final SafeLog LOG = new SafeLog(LoggerFactory.getLogger(FailStopContext.class));

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final String name;
    private final FailureRule rule;
    private final List<Consumer<Throwable>> owners = new ArrayList<>(); // guarded by itself
    private final Runnable tellLoss = () -> {}; // created in advance: there may be no memory when it is needed
    private volatile @Nullable Throwable lost;
    private @Nullable Throwable failure; // guarded by owners
    private Consumer<Throwable> afterOwners = thrown -> {};

    FailStopContext(EngineRuntime runtime, String name, FailureRule rule) {
        this.runtime = runtime;
        this.context = runtime.serialContext(name);
        this.name = name;
        this.rule = rule;
    }

    /** Sets the listener that is called after all owners. Must be called before the context is used. */
    void onTold(Consumer<Throwable> listener) {
        afterOwners = listener;
    }

    @Override
    public void onFailure(Consumer<Throwable> handler) {
        Throwable earlier;
        synchronized (owners) {
            owners.add(handler);
            earlier = failure;
        }
        if (earlier != null) {
            execute(() -> handler.accept(earlier));
        }
    }

    @Override
    public void release() {
        context.release();
    }

    /**
     * Hands over a task. If a full process cannot take it, the task is lost and the owners are told instead of the
     * caller. A stack overflow is the caller's own error, and thrown.
     */
    @Override
    public void execute(Runnable task) {
        handOver(task, false);
    }

    @Override
    public void executeOrRun(Runnable task) {
        handOver(task, true);
    }

    private void handOver(Runnable task, boolean mayRunHere) {
        try {
            Runnable watched = () -> run(task); // in here, because there may be no memory for it
            if (mayRunHere) {
                context.executeOrRun(watched);
            } else {
                context.execute(watched);
            }
        } catch (StackOverflowError e) {
            throw e;
        } catch (Throwable e) {
            if (runtime.hasCrashed()) {
                throw e;
            }
            lost = e;
            handOverLoss();
        }
    }

    /** Reports the loss. If this fails too, the next task reports it. */
    private void handOverLoss() {
        try {
            context.execute(() -> run(tellLoss));
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("context {} cannot be reached", name, e);
        }
    }

    private void run(Runnable task) {
        Throwable before = lost;
        if (before != null) {
            lost = null;
            failed(before);
        }
        try {
            task.run();
        } catch (Throwable e) {
            if (runtime.hasCrashed()) {
                throw e;
            }
            failed(e);
        }
    }

    private void failed(Throwable thrown) {
        LOG.error("a task of context {} failed", name, thrown);
        if (!rule.isFatal(thrown)) {
            return;
        }
        List<Consumer<Throwable>> told;
        synchronized (owners) {
            if (failure != null) {
                return;
            }
            failure = thrown;
            told = List.copyOf(owners);
        }
        told.forEach(owner -> tell(owner, thrown));
        tell(afterOwners, thrown);
    }

    private void tell(Consumer<Throwable> owner, Throwable thrown) {
        try {
            owner.accept(thrown);
        } catch (Throwable e) {
            if (runtime.hasCrashed()) {
                throw e;
            }
            LOG.error("context {} failed, and telling an owner of its state failed, too", name, e);
        }
    }
}
