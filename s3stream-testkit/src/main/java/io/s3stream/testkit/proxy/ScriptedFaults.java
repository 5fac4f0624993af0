package io.s3stream.testkit.proxy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Applies a fault to the next requests of a kind, and passes all others on. Thread-safe; owner of what is left to apply. */
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

    /** The next {@code times} requests that the fault applies to and that fit meet it. */
    public synchronized void next(Fault fault, int times, Predicate<ProxiedRequest> requests) {
        steps.add(new Step(fault, times, requests));
    }

    /** As {@link #next(Fault, int, Predicate)}, for requests of one method and of paths that contain {@code pathPart}. */
    public void next(Fault fault, int times, String method, String pathPart) {
        next(
                fault,
                times,
                request -> request.method().equals(method) && request.path().contains(pathPart));
    }

    /** No further faults. */
    public synchronized void clear() {
        steps.clear();
    }

    /** How often faults are still to be applied. */
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
