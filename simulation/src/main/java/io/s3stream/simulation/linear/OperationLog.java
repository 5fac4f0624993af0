package io.s3stream.simulation.linear;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations on one stream, in the order of their beginnings and answers. Owner of that order. Not thread-safe. */
public final class OperationLog {

    private final List<Event> events = new ArrayList<>();

    /** A pending operation. */
    public static final class Call {
        private @Nullable Operation operation;
        private Outcome outcome = Outcome.OPEN;

        private Call(@Nullable Operation operation) {
            this.operation = operation;
        }

        @Nullable
        Operation operation() {
            return operation;
        }

        Outcome outcome() {
            return outcome;
        }
    }

    /** The end of a call. */
    enum Outcome {
        /** The call has not ended: it may take effect at any time. */
        OPEN,
        /** The call took effect before its answer. */
        DONE,
        /** The call had no effect and never will. */
        NOT_DONE,
        /** The call may have taken effect before now, and never will from now on. */
        EXPIRED
    }

    /** The beginning or the end of a call. */
    record Event(Call call, boolean isBegin) {}

    List<Event> events() {
        return events;
    }

    /** Begins an operation that is fully known, except whether it takes effect. */
    public Call begin(Operation operation) {
        Call call = new Call(operation);
        events.add(new Event(call, true));
        return call;
    }

    /** Begins a look, which is known only from its answer. */
    public Call beginLook() {
        Call call = new Call(null);
        events.add(new Event(call, true));
        return call;
    }

    /** The call took effect. */
    public void done(Call call) {
        end(call, Outcome.DONE);
    }

    /** The call took effect as {@code answered}. */
    public void done(Call call, Operation answered) {
        call.operation = answered;
        end(call, Outcome.DONE);
    }

    /** The call did not take effect, and never will. */
    public void notDone(Call call) {
        end(call, Outcome.NOT_DONE);
    }

    /** The call will not take effect from now on. */
    public void expired(Call call) {
        if (call.outcome == Outcome.OPEN) {
            end(call, Outcome.EXPIRED);
        }
    }

    /** A look that begins and ends at this moment. */
    public void saw(Operation.Look look) {
        done(begin(look));
    }

    private void end(Call call, Outcome outcome) {
        if (call.outcome == Outcome.OPEN) {
            call.outcome = outcome;
            events.add(new Event(call, false));
        }
    }
}
