package io.s3stream.core.recovery;

import io.s3stream.api.errors.StorageException;
import io.s3stream.api.text.SafeUri;
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
 * Releases generations whose frames are all committed. Recovery needs none of them, so a failing or silent medium must
 * not keep the node from opening. Its generation is then removed from the metadata anyway. Used on the context of a
 * recovery; stateless.
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

    /** Returns the generations of a node whose frames are all committed. */
    static List<Generation> of(NodeMetadata node) {
        return node.generations().stream()
                .filter(g -> g.isSealed()
                        && g.sealedEnd().getAsLong() <= node.committed().sequence())
                .toList();
    }

    /** Completes when the space of the generation is released, or cannot be. Never fails. */
    CompletableFuture<Void> release(Generation generation) {
        URI recorded = generation.descriptor().uri();
        return Failures.answerOf(
                        () -> attachAndRelease(generation, wals.presentUri().apply(recorded)))
                .exceptionally(error -> {
                    LOG.warn(
                            "wal={}: generation removed, but its medium was not released: {}",
                            recorded,
                            error.toString());
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
                media.detach(mediumId); // its call is still in progress
                result.completeExceptionally(
                        new StorageException("wal=" + SafeUri.of(uri) + ": has not answered for " + wals.patience()));
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
