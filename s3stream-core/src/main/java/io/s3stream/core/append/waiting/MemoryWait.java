package io.s3stream.core.append.waiting;

import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether the frame being filled may take another slab. Appends reserve their own bytes, but a slab they do not
 * fill costs more: past the limit they wait for memory as long as some of it is bound to come back [R27]. When the process
 * has no direct memory left they wait, too, and try again [R46]. Owned by the append context.
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

    /** Whether the budget allows another slab; if not, an acknowledgement or a commit will. */
    public boolean isWithinBudget(boolean isIdle) {
        cache.evict(budget.limit());
        return budget.used() <= budget.limit() || (isIdle && cache.isEmpty());
    }

    /** The process has no direct memory for a slab: gives back what can be spared, and tries again later. */
    public void onExhausted() {
        if (!exhausted) {
            exhausted = true;
            LOG.warn("no direct memory left for appends, which wait; allow more with -XX:MaxDirectMemorySize");
        }
        cache.evict(0);
        if (!retrying) {
            retrying = true;
            runtime.schedule(RETRY, context, () -> {
                retrying = false;
                drain.run();
            });
        }
    }

    /** A slab was taken. */
    public void onTaken() {
        exhausted = false;
    }
}
