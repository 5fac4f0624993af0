package io.s3stream.simulation;

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
 * What a history shows while it goes on: which answers are still owed, and the first thing that is wrong. Callbacks of the
 * engine report here, for what they throw would vanish in a future. Owner of both.
 */
public final class Findings {

    private final List<Question> unanswered = new ArrayList<>();
    private @Nullable HistoryViolation violation;
    private boolean toleratesCorruption;
    private boolean toleratesErrors;

    /** What was asked of a process. */
    private record Question(String what, SimNode asked, CompletableFuture<?> future) {}

    /** Keeps what {@code check} throws. */
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

    /** Whatever is asked of a store is answered, at the latest when it is closed. */
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

    /** Nobody else is there: a store may end because its WAL failed or because it is closed, and for no other reason. */
    static void rejectFencing(Stream stream, CloseReason reason) {
        boolean isOfWal = reason.cause() == CloseReason.Cause.FAILED
                && reason.error().orElseThrow().kind() == StreamException.Kind.UNAVAILABLE;
        boolean isOfCaller = reason.cause() != CloseReason.Cause.FAILED && reason.cause() != CloseReason.Cause.FENCED;
        if (!isOfWal && !isOfCaller) {
            throw new HistoryViolation("stream=" + stream.id() + " was taken from its only owner: " + reason);
        }
    }

    /** From now on what is found damaged may be so: the register was set back under the nodes that say so. */
    public void tolerateCorruption(boolean isTolerated) {
        toleratesCorruption = isTolerated;
    }

    /** From now on errors are thrown inside of the engine, which may say so. */
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

    /** Whether the caller itself completed the future that it had been given. */
    public static boolean isCallerGone(Throwable error) {
        Throwable inner = unwrap(error);
        return inner instanceof CallerGone || inner instanceof CancellationException;
    }

    public static Throwable unwrap(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }
}
