package io.s3stream.core;

import io.s3stream.api.Stream;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.stream.CallerAnswers;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The openings of streams as owner that are in progress in one store. Openings of one stream take turns. If a caller
 * has abandoned its opening, the handle passes to the next caller that wants the same epoch, or else is closed [R43].
 * So an abandoned opening never leaves a stream open without a handle. Thread-safe.
 */
final class OwnerOpenings {

    private static final Logger LOG = LoggerFactory.getLogger(OwnerOpenings.class);

    /** The last opening of each stream with an opening in progress. */
    private final ConcurrentHashMap<Long, Turn> last = new ConcurrentHashMap<>();

    /** Commands without a result yet. */
    private final Set<CompletableFuture<Stream>> inFlight = ConcurrentHashMap.newKeySet();

    private final CallerAnswers answers;

    OwnerOpenings(CallerAnswers answers) {
        this.answers = answers;
    }

    /**
     * Opens a stream after the earlier openings have ended.
     *
     * @param epoch wanted by the caller, or 0
     * @param begin opens the stream in the metadata
     */
    CompletableFuture<Stream> open(long id, long epoch, Supplier<CompletableFuture<Stream>> begin) {
        Turn turn = new Turn(id, epoch);
        Turn before = last.put(id, turn);
        CompletableFuture<Stream> opened = before == null
                ? begin(begin)
                : before.over.thenCompose(left -> takeOrOpen(left, before.epoch == epoch, begin));
        return answers.of(opened, turn::end);
    }

    /** Completes when all commands in flight have results. A closing store starts no further ones. */
    CompletableFuture<Void> settled() {
        return CompletableFuture.allOf(inFlight.toArray(CompletableFuture[]::new))
                .handle((nothing, error) -> null);
    }

    private CompletableFuture<Stream> takeOrOpen(
            @Nullable Stream left, boolean sameEpoch, Supplier<CompletableFuture<Stream>> begin) {
        if (left == null) {
            return begin(begin);
        }
        return sameEpoch
                ? CompletableFuture.completedFuture(left)
                : left.close().handle((closed, error) -> error).thenCompose(error -> begin(begin));
    }

    @SuppressWarnings("CollectionUndefinedEquality") // compares by identity
    private CompletableFuture<Stream> begin(Supplier<CompletableFuture<Stream>> begin) {
        CompletableFuture<Stream> opening = Failures.answerOf(begin);
        inFlight.add(opening);
        opening.whenComplete((stream, error) -> inFlight.remove(opening));
        return opening;
    }

    /** A single opening. Its caller may have abandoned it when it ends. */
    private final class Turn {

        private final long id;
        private final long epoch;
        /** Completes when the next opening may begin: with an abandoned handle, or null. */
        private final CompletableFuture<@Nullable Stream> over = new CompletableFuture<>();

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
