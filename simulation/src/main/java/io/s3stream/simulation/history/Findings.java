package io.s3stream.simulation.history;

import io.s3stream.api.CloseReason;
import io.s3stream.api.Stream;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.testkit.sim.SimNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The findings of a running history: the answers that are still owed, and the first violation. The engine's callbacks
 * report here, because an exception in a callback would vanish in a future. Owner of both.
 */
public final class Findings {

    private final List<Question> unanswered = new ArrayList<>();
    private @Nullable HistoryViolation violation;
    private boolean toleratesCorruption;
    private boolean toleratesErrors;

    /** A call to a process. */
    private record Question(String what, SimNode asked, CompletableFuture<?> future) {}

    /** Keeps the violation that {@code check} throws. */
    public void guard(Runnable check) {
        try {
            check.run();
        } catch (HistoryViolation e) {
            violation = violation == null ? e : violation;
        }
    }

    public void throwIfAny() {
        if (violation != null) {
            throw violation;
        }
    }

    /** Requires an answer to this call, at the latest when the store is closed. */
    public void expectAnswer(String what, SimNode asked, CompletableFuture<?> future) {
        unanswered.removeIf(question -> question.future().isDone());
        unanswered.add(new Question(what, asked, future));
    }

    public void checkAnswers(SimNode closed) {
        for (Question question : unanswered) {
            if (question.asked() == closed && !question.future().isDone()) {
                throw new HistoryViolation("store closed, and no answer to: " + question.what());
            }
        }
    }

    /** Rejects every end except a failed WAL, a close or a deletion: the store is alone, so no other process ends it. */
    public static void rejectFencing(Stream stream, CloseReason reason) {
        boolean isOfWal = reason.cause() == CloseReason.Cause.FAILED
                && reason.error().orElseThrow().kind() == StreamException.Kind.UNAVAILABLE;
        boolean isOfCaller = reason.cause() != CloseReason.Cause.FAILED && reason.cause() != CloseReason.Cause.FENCED;
        if (!isOfWal && !isOfCaller) {
            throw new HistoryViolation("stream=" + stream.id() + " was taken from its only owner: " + reason);
        }
    }

    /** Accepts or rejects findings of damage from now on. A register that was set back makes nodes report damage. */
    public void tolerateCorruption(boolean isTolerated) {
        toleratesCorruption = isTolerated;
    }

    /** Accepts internal failures from now on: errors are thrown inside the engine, which may report them. */
    public void tolerateErrors() {
        toleratesErrors = true;
    }

    public void rejectCorruption(Throwable error) {
        Throwable inner = unwrap(error);
        if (isCallerGone(inner)) {
            return;
        }
        if (toleratesCorruption && inner instanceof CorruptedDataException) {
            return;
        }
        if (inner instanceof HistoryViolation found) {
            violation = violation == null ? found : violation;
            return;
        }
        boolean expected = inner instanceof StreamException known
                && known.kind() != StreamException.Kind.CORRUPTED
                && (toleratesErrors || known.kind() != StreamException.Kind.INTERNAL);
        if (!expected && !(inner instanceof OffsetOutOfRangeException)) {
            HistoryViolation found = new HistoryViolation(
                    inner instanceof CorruptedDataException
                            ? "corruption: " + inner.getMessage()
                            : "failure: " + inner);
            found.initCause(inner);
            violation = violation == null ? found : violation;
        }
    }

    /** Whether the caller itself completed its future. */
    public static boolean isCallerGone(Throwable error) {
        Throwable inner = unwrap(error);
        return inner instanceof CallerGone || inner instanceof CancellationException;
    }

    public static Throwable unwrap(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }
}
