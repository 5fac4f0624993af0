package io.s3stream.core;

import io.s3stream.api.Stream;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.stream.CallerAnswers;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The openings of streams by their owner that are in progress in one store. The openings of one stream take turns. A new
 * handle whose caller is gone goes to the next caller if that caller asks for the same epoch, and is closed otherwise [R43]. So
 * an abandoned opening leaves no stream that cannot be opened. A handle that was open before has another caller, and is left
 * alone. Thread-safe.
 */
final class OwnerOpenings {

    private static final Logger LOG = LoggerFactory.getLogger(OwnerOpenings.class);

    /** How to get a handle. */
    interface Opener {

        /** The handle that is open already, or null. Throws if that handle does not serve this caller. */
        @Nullable
        Stream present();

        /** Opens the stream in the metadata. */
        CompletableFuture<Stream> begin();
    }

    /** @param isNew whether this opening made the handle */
    record Opened(Stream stream, boolean isNew) {}

    /** The last opening of each stream that has one in progress. */
    private final ConcurrentHashMap<Long, Turn> last = new ConcurrentHashMap<>();

    /** Commands whose result is not known yet. */
    private final Set<CompletableFuture<Stream>> inFlight = ConcurrentHashMap.newKeySet();

    private final CallerAnswers answers;

    OwnerOpenings(CallerAnswers answers) {
        this.answers = answers;
    }

    /**
     * Opens a stream after the earlier openings have ended.
     *
     * @param epoch as the caller wants it, or 0
     * @param answer makes the caller's answer
     */
    <T> CompletableFuture<T> open(long id, long epoch, Opener opener, Function<Opened, T> answer) {
        Turn turn = new Turn(id, epoch);
        Turn before = last.put(id, turn);
        CompletableFuture<Opened> opened = before == null
                ? begin(opener)
                : before.over.thenCompose(left -> takeOrOpen(left, before.epoch == epoch, opener));
        CompletableFuture<T> effect = opened.thenApply(handle -> {
            turn.made = handle.isNew() ? handle.stream() : null;
            return answer.apply(handle);
        });
        return answers.of(effect, left -> turn.end(left == null ? null : turn.made));
    }

    /** Completes when all commands in flight have results. A closing store starts no further ones. */
    CompletableFuture<Void> settled() {
        return CompletableFuture.allOf(inFlight.toArray(CompletableFuture[]::new))
                .handle((nothing, error) -> null);
    }

    private CompletableFuture<Opened> takeOrOpen(@Nullable Stream left, boolean sameEpoch, Opener opener) {
        if (left == null) {
            return begin(opener);
        }
        return sameEpoch
                ? CompletableFuture.completedFuture(new Opened(left, true))
                : left.close().handle((closed, error) -> error).thenCompose(error -> begin(opener));
    }

    @SuppressWarnings("CollectionUndefinedEquality") // a set by identity: the very future that was added leaves it
    private CompletableFuture<Opened> begin(Opener opener) {
        Stream present;
        try {
            present = opener.present();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (present != null) {
            return CompletableFuture.completedFuture(new Opened(present, false));
        }
        CompletableFuture<Stream> opening = Failures.answerOf(opener::begin);
        inFlight.add(opening);
        opening.whenComplete((stream, error) -> inFlight.remove(opening));
        return opening.thenApply(stream -> new Opened(stream, true));
    }

    /** A single opening. Its caller may have abandoned it when it ends. */
    private final class Turn {

        private final long id;
        private final long epoch;
        /** Completes when the next opening may begin: with an abandoned handle, or null. */
        private final CompletableFuture<@Nullable Stream> over = new CompletableFuture<>();

        private volatile @Nullable Stream made;

        Turn(long id, long epoch) {
            this.id = id;
            this.epoch = epoch;
        }

        void end(@Nullable Stream left) {
            if (left == null || last.get(id) != this) {
                pass(left);
                return;
            }
            LOG.info("stream={}: the caller abandoned the opening; closing the stream again", id);
            left.close().whenComplete((closed, error) -> {
                if (error != null) {
                    LOG.warn("stream={}: stays open, because its close failed: {}", id, error.toString());
                }
                pass(null);
            });
        }

        private void pass(@Nullable Stream left) {
            last.remove(id, this);
            over.complete(left);
        }
    }
}
