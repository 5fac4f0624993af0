package io.s3stream.core.append.waiting;

import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether the frame being filled may take another slab. Appends reserve their own bytes, but a partly filled
 * slab costs more. Above the limit, appends wait while memory is certain to be released [R27]. If the process has no
 * direct memory left, they wait and retry [R46]. Owned by the append context.
 */
public final class MemoryWait {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryWait.class);
    private static final Duration RETRY = Duration.ofMillis(100);

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final MemoryBudget budget;
    private final WriteCache cache;
    private final Runnable drain;
    private boolean retrying;
    private boolean exhausted;

    /** @param drain fills frames again, on the context */
    public MemoryWait(
            EngineRuntime runtime, SerialContext context, MemoryBudget budget, WriteCache cache, Runnable drain) {
        this.runtime = runtime;
        this.context = context;
        this.budget = budget;
        this.cache = cache;
        this.drain = drain;
    }

    /**
     * Returns whether the budget allows another slab. If not, an acknowledgement or a commit will free memory, or another
     * user of the budget, such as a take-over; so it also schedules a retry.
     */
    public boolean isWithinBudget(boolean isIdle) {
        cache.evict(budget.limit());
        if (budget.used() <= budget.limit() || (isIdle && cache.isEmpty())) {
            return true;
        }
        retryLater();
        return false;
    }

    /** Reacts to a lack of direct memory: evicts the write cache, and schedules a retry. */
    public void onExhausted() {
        if (!exhausted) {
            exhausted = true;
            LOG.warn("no direct memory left; appends wait; allow more with -XX:MaxDirectMemorySize");
        }
        cache.evict(0);
        retryLater();
    }

    private void retryLater() {
        if (!retrying) {
            retrying = true;
            runtime.schedule(RETRY, context, () -> {
                retrying = false;
                drain.run();
            });
        }
    }

    /** Records that a slab was taken. */
    public void onTaken() {
        exhausted = false;
    }
}
