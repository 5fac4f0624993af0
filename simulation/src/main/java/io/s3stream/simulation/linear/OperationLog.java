package io.s3stream.simulation.linear;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to one stream, in the order in which it was begun and answered. Owner of that order. Not thread-safe. */
public final class OperationLog {

    private final List<Event> events = new ArrayList<>();

    /** One operation under way. */
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

    /** How a call ended. */
    enum Outcome {
        /** It did not: it may take effect at any time. */
        OPEN,
        /** It took effect before it was answered. */
        DONE,
        /** It had no effect and never will. */
        NOT_DONE,
        /** It may have taken effect by now; it will not any more. */
        EXPIRED
    }

    /** A call began, or ended. */
    record Event(Call call, boolean isBegin) {}

    List<Event> events() {
        return events;
    }

    /** An operation of which all is known but whether it takes effect. */
    public Call begin(Operation operation) {
        Call call = new Call(operation);
        events.add(new Event(call, true));
        return call;
    }

    /** A look, of which only the answer says what it saw. */
    public Call beginLook() {
        Call call = new Call(null);
        events.add(new Event(call, true));
        return call;
    }

    /** It took effect. */
    public void done(Call call) {
        end(call, Outcome.DONE);
    }

    /** It took effect, and this is what it was. */
    public void done(Call call, Operation answered) {
        call.operation = answered;
        end(call, Outcome.DONE);
    }

    /** It did not take effect, and never will. */
    public void notDone(Call call) {
        end(call, Outcome.NOT_DONE);
    }

    /** It will not take effect from now on. */
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
