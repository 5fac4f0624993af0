package io.s3stream.simulation.linear;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Wing and Gong's search, in the just-in-time form of Lowe. It goes through the log once and keeps every pair of
 * {state, pending calls that have taken effect} that the answers so far allow. A call takes effect no earlier than an
 * answer requires, or at its expiry. A look needs no guess: it is taken at the first state that shows its answer.
 * Without pending calls few pairs are left, so the history splits by itself. Used once.
 */
public final class LinearChecker {

    private static final int MAX_PAIRS = 20_000;
    private static final int MANY_PENDING = 64;

    private final OperationLog log;
    private final Set<OperationLog.Call> pending = new LinkedHashSet<>();
    private Set<Pair> pairs = new LinkedHashSet<>();
    private int at;

    /** A state, and the pending calls that have taken effect in it. */
    private record Pair(StreamState state, Set<OperationLog.Call> done) {}

    /** The result of a check. */
    public enum Verdict {
        LINEARIZABLE,
        /** The search became too wide: the result is unknown. */
        UNDECIDED
    }

    private LinearChecker(OperationLog log) {
        this.log = log;
        pairs.add(new Pair(StreamState.EMPTY, Set.of()));
    }

    /** @throws NotLinearizableException naming the answer that no order of effects explains */
    public static Verdict check(OperationLog log) {
        return new LinearChecker(log).run();
    }

    private Verdict run() {
        for (OperationLog.Event event : log.events()) {
            at++;
            OperationLog.Call call = event.call();
            if (event.isBegin()) {
                begin(call);
            } else if (pending.contains(call) && !end(call)) {
                return Verdict.UNDECIDED;
            }
        }
        return Verdict.LINEARIZABLE;
    }

    private void begin(OperationLog.Call call) {
        Operation operation = call.operation();
        boolean isUseless = operation == null
                || (operation instanceof Operation.Look && call.outcome() != OperationLog.Outcome.DONE);
        if (isUseless) {
            return;
        }
        pending.add(call);
        if (pending.size() > MANY_PENDING) {
            forgetLost();
        }
        if (operation instanceof Operation.Look) {
            pairs = map(pair -> looked(pair.state(), pair.done()));
        }
    }

    /** Unanswered appends of a former owner never take effect. */
    private void forgetLost() {
        Set<Holder> holders = new HashSet<>();
        pairs.forEach(pair -> {
            if (pair.state().holder() != null) {
                holders.add(pair.state().holder());
            }
        });
        List<OperationLog.Call> lost = pending.stream()
                .filter(call -> call.outcome() == OperationLog.Outcome.OPEN
                        && call.operation() instanceof Operation.Append append
                        && !holders.contains(append.holder()))
                .toList();
        lost.forEach(pending::remove);
        pairs = map(pair -> {
            Set<OperationLog.Call> done = new HashSet<>(pair.done());
            lost.forEach(done::remove);
            return new Pair(pair.state(), done);
        });
    }

    private boolean end(OperationLog.Call call) {
        if (call.outcome() == OperationLog.Outcome.NOT_DONE) {
            pending.remove(call);
            pairs.removeIf(pair -> pair.done().contains(call));
            require(call, "was reported without effect, but was seen");
            return true;
        }
        List<StreamState> before = pairs.stream().map(Pair::state).limit(3).toList();
        Set<Pair> next = effective(call);
        if (next == null) {
            return false;
        }
        pending.remove(call);
        if (call.outcome() == OperationLog.Outcome.EXPIRED) {
            next.addAll(map(pair -> new Pair(pair.state(), without(pair.done(), call)))); // it never will
        }
        pairs = next;
        if (pairs.isEmpty()) {
            throw new NotLinearizableException("answer " + at + ", " + call.operation()
                    + ": no order of effects explains it; before it the stream was " + before + "; pending: "
                    + underWay());
        }
        return true;
    }

    /** Returns the pairs in which an ending call has taken effect; null when there are too many pairs. */
    private @Nullable Set<Pair> effective(OperationLog.Call call) {
        Set<Pair> next = new LinkedHashSet<>();
        Set<Pair> seen = new HashSet<>();
        Deque<Pair> open = new ArrayDeque<>(pairs);
        while (!open.isEmpty()) {
            Pair pair = open.poll();
            if (!seen.add(pair)) {
                continue;
            }
            if (pair.done().contains(call)) {
                next.add(new Pair(pair.state(), without(pair.done(), call)));
            } else {
                open.addAll(changed(pair, call));
            }
            if (seen.size() > MAX_PAIRS) {
                return null;
            }
        }
        return next;
    }

    /** Returns each pair that one more change leads to. */
    @SuppressWarnings("ReferenceEquality") // an ineffective change returns the same state; calls have identity
    private List<Pair> changed(Pair pair, OperationLog.Call ending) {
        List<Pair> all = new ArrayList<>();
        for (OperationLog.Call call : pending) {
            if (call.operation() instanceof Operation.Change change
                    && !pair.done().contains(call)) {
                StreamState after = pair.state().after(change);
                boolean isOnce = call == ending || !isLasting(call);
                // A fence may come when there is nothing to take. It then spares later openings.
                boolean mayBeNothing = call == ending || (isOnce && change instanceof Operation.Fence);
                if (after != null && (after != pair.state() || mayBeNothing)) {
                    all.add(looked(after, isOnce ? with(pair.done(), call) : pair.done()));
                }
            }
        }
        return all;
    }

    /**
     * An unanswered fence may strike at any moment. The checker does not distinguish which of several fences struck.
     * This allows slightly more than can happen, and keeps the search narrow.
     */
    private static boolean isLasting(OperationLog.Call call) {
        return call.operation() instanceof Operation.Fence && call.outcome() != OperationLog.Outcome.DONE;
    }

    /** Looks change nothing: a look that is possible now may as well be taken now. */
    private Pair looked(StreamState state, Set<OperationLog.Call> done) {
        Set<OperationLog.Call> more = done;
        for (OperationLog.Call call : pending) {
            if (call.operation() instanceof Operation.Look look && !more.contains(call) && state.shows(look)) {
                more = with(more, call);
            }
        }
        return new Pair(state, more);
    }

    private Set<Pair> map(UnaryOperator<Pair> change) {
        Set<Pair> mapped = new LinkedHashSet<>();
        pairs.forEach(pair -> mapped.add(change.apply(pair)));
        return mapped;
    }

    private void require(OperationLog.Call call, String otherwise) {
        if (pairs.isEmpty()) {
            throw new NotLinearizableException("answer " + at + ", " + call.operation() + ": " + otherwise);
        }
    }

    private String underWay() {
        return pending.stream()
                .filter(call -> call.operation() instanceof Operation.Change)
                .limit(8)
                .map(call -> call.operation() + "")
                .toList()
                .toString();
    }

    private static Set<OperationLog.Call> with(Set<OperationLog.Call> calls, OperationLog.Call one) {
        Set<OperationLog.Call> more = new HashSet<>(calls);
        more.add(one);
        return more;
    }

    private static Set<OperationLog.Call> without(Set<OperationLog.Call> calls, OperationLog.Call one) {
        Set<OperationLog.Call> fewer = new HashSet<>(calls);
        fewer.remove(one);
        return fewer;
    }
}
