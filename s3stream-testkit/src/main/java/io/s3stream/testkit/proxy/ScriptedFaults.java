package io.s3stream.testkit.proxy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Applies a fault to the next requests of a kind, and passes all others on. Thread-safe; owns the remaining faults. */
public final class ScriptedFaults implements FaultPlan {

    private final Deque<Step> steps = new ArrayDeque<>(); // guarded by this

    private static final class Step {
        final Fault fault;
        final Predicate<ProxiedRequest> requests;
        int left;

        Step(Fault fault, int times, Predicate<ProxiedRequest> requests) {
            this.fault = fault;
            this.left = times;
            this.requests = requests;
        }
    }

    /** Applies the fault to the next {@code times} requests that match and that it can apply to. */
    public synchronized void next(Fault fault, int times, Predicate<ProxiedRequest> requests) {
        steps.add(new Step(fault, times, requests));
    }

    /** Applies the fault to the next requests with this method and with {@code pathPart} in the path. */
    public void next(Fault fault, int times, String method, String pathPart) {
        next(
                fault,
                times,
                request -> request.method().equals(method) && request.path().contains(pathPart));
    }

    /** Drops the remaining faults. */
    public synchronized void clear() {
        steps.clear();
    }

    /** Returns the number of remaining faults. */
    public synchronized int left() {
        return steps.stream().mapToInt(step -> step.left).sum();
    }

    @Override
    public synchronized @Nullable Fault next(ProxiedRequest request) {
        for (Step step : steps) {
            if (step.left > 0 && step.fault.appliesTo(request) && step.requests.test(request)) {
                step.left--;
                return step.fault;
            }
        }
        return null;
    }
}
