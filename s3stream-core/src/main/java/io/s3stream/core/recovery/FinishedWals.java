package io.s3stream.core.recovery;

import io.s3stream.api.errors.StorageException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.wal.WalMedia;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.wal.WalMedium;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of generations whose frames are all committed. Nothing of them is needed, so a medium that fails, or
 * does not answer in time, keeps nobody from opening the node: its generation is forgotten all the same. Used on the context
 * of a recovery; stateless.
 */
final class FinishedWals {

    private static final Logger LOG = LoggerFactory.getLogger(FinishedWals.class);

    private final RecoveryTools with;
    private final NodeRecovery.Wals wals;
    private final Function<Generation, CompletableFuture<WalMedium>> attach;

    FinishedWals(
            RecoveryTools with, NodeRecovery.Wals wals, Function<Generation, CompletableFuture<WalMedium>> attach) {
        this.with = with;
        this.wals = wals;
        this.attach = attach;
    }

    /** The generations of a node of which no frame is needed. */
    static List<Generation> of(NodeMetadata node) {
        return node.generations().stream()
                .filter(g -> g.isSealed()
                        && g.sealedEnd().getAsLong() <= node.committed().sequence())
                .toList();
    }

    /** Completes when the space of the generation is given back, or cannot be. Never fails. */
    CompletableFuture<Void> release(Generation generation) {
        URI recorded = generation.descriptor().uri();
        return Failures.answerOf(
                        () -> attachAndRelease(generation, wals.presentUri().apply(recorded)))
                .exceptionally(error -> {
                    LOG.warn("wal={}: released without its medium: {}", recorded, error.toString());
                    return null;
                });
    }

    private CompletableFuture<Void> attachAndRelease(Generation generation, URI uri) {
        WalMedia media = wals.media();
        String mediumId = media.mediumId(uri);
        CompletableFuture<Void> result = new CompletableFuture<>();
        CompletableFuture<WalMedium> attached = attach.apply(generation);
        CompletableFuture<Void> released = attached.thenComposeAsync(
                medium -> result.isDone()
                        ? CompletableFuture.<Void>completedFuture(null)
                        : Failures.answerOf(() -> medium.release(generation.descriptor())),
                with.context());
        Timer timer = with.runtime().schedule(wals.patience(), with.context(), () -> {
            if (!released.isDone()) {
                media.abandon(mediumId);
                media.detach(mediumId); // it has one call under way
                result.completeExceptionally(
                        new StorageException("wal=" + uri + ": has not answered for " + wals.patience()));
            }
        });
        released.whenCompleteAsync(
                (done, error) -> {
                    timer.cancel();
                    if (error == null) {
                        result.complete(null);
                    } else {
                        result.completeExceptionally(error);
                    }
                    attached.thenAccept(media::closeDetached);
                },
                with.context());
        return result;
    }
}
