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
 * The openings of streams as owner that are under way in one store. Those of one stream take turns: a handle whose caller
 * is gone goes to the next caller if that one wants the same epoch, and is closed otherwise [R43]. So an opening that its
 * caller gave up leaves no stream that nobody can open. Thread-safe.
 */
final class OwnerOpenings {

    private static final Logger LOG = LoggerFactory.getLogger(OwnerOpenings.class);

    /** The last opening of each stream that has one under way. */
    private final ConcurrentHashMap<Long, Turn> last = new ConcurrentHashMap<>();

    /** Commands whose result is not known yet. */
    private final Set<CompletableFuture<Stream>> underWay = ConcurrentHashMap.newKeySet();

    private final CallerAnswers answers;

    OwnerOpenings(CallerAnswers answers) {
        this.answers = answers;
    }

    /**
     * Opens a stream when the openings before this one are over.
     *
     * @param epoch as the caller wants it, or 0
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

    /** Completes when the results of all commands under way are known; a store that closes begins no more of them. */
    CompletableFuture<Void> settled() {
        return CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new))
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

    @SuppressWarnings("CollectionUndefinedEquality") // a set by identity: the very future that was added leaves it
    private CompletableFuture<Stream> begin(Supplier<CompletableFuture<Stream>> begin) {
        CompletableFuture<Stream> opening = Failures.answerOf(begin);
        underWay.add(opening);
        opening.whenComplete((stream, error) -> underWay.remove(opening));
        return opening;
    }

    /** One opening. Its caller may be gone when it is over. */
    private final class Turn {

        private final long id;
        private final long epoch;
        /** Completes when the next opening may begin, with a handle that has no caller, or null. */
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
            LOG.info("stream={}: nobody waits for its opening any more, so it is closed again", id);
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
