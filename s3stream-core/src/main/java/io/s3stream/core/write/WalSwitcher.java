package io.s3stream.core.write;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.core.append.AppendSequencer;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.events.StoreEvents;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metrics.WalMetrics;
import io.s3stream.core.recovery.OpenedNode;
import io.s3stream.core.wal.OpenWal;
import io.s3stream.core.wal.PreparedWal;
import io.s3stream.core.wal.WalEpochs;
import io.s3stream.core.wal.WalMedia;
import io.s3stream.core.wal.WalPreparation;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the node's log to another WAL while appends continue, on request or after a failure of the WAL [R9]. The steps
 * are:
 * <ol>
 * <li>Prepare the next medium while the old WAL is still written. This step has a deadline. It is abandoned if the
 *     store closes, or if the old WAL fails and a fallback exists.
 * <li>Stop issuing frames. A healthy WAL gets time to acknowledge its frames; a failed WAL does not.
 * <li>Abandon the old WAL at the last acknowledged sequence. ONE commit seals it there, and opens the next generation
 *     behind it.
 * <li>After that commit, and not before, write to the next WAL, beginning with the unacknowledged appends.
 * <li>Upload the data that is only on the old WAL, and release the old WAL.
 * </ol>
 *
 * <p>Runs on the append context, which owns all state here.
 */
final class WalSwitcher {

    private static final Logger LOG = LoggerFactory.getLogger(WalSwitcher.class);

    /** Services of the write path for a switch. */
    interface Host {

        /** Uploads all acknowledged data. */
        CompletableFuture<Void> flush();

        /** Returns the acknowledged bytes that are not uploaded yet. */
        long uncommittedBytes();

        /** The WAL failed, and there is no other. */
        void onWalLost(StreamException reason);

        /** This node can no longer write. */
        void onFatal(StreamException reason);
    }

    /**
     * Parts of the engine that a switch uses.
     *
     * @param patience time for the next WAL to get ready, and for the old WAL to acknowledge its frames
     */
    record Collaborators(
            EngineRuntime runtime,
            SerialContext context,
            MetadataClient metadata,
            AppendSequencer sequencer,
            RetiredWals retired,
            HandOver rules,
            Duration patience,
            WalMetrics metrics,
            StoreEvents events) {}

    private final Collaborators with;
    private final int nodeId;
    private final long nodeEpoch;
    private final WalEpochs walEpochs;
    private final WalMedia media;
    private final @Nullable URI fallback;
    private final int frameBytes;
    private final Host host;

    private volatile OpenWal current;
    private @Nullable CompletableFuture<Void> move; // the switch in progress; completes when it has ended
    private boolean handedOver; // the switch in progress has told its success, and ends with its next steps
    private @Nullable WalPreparation preparation; // preparation of that switch, while it can be abandoned
    private CompletableFuture<Void> removal = CompletableFuture.completedFuture(null); // of a refused generation
    private boolean dead; // no further writes are possible
    private @Nullable StreamException walFailure; // failure of the current WAL

    /** @param frameBytes the largest frame that appends may need */
    WalSwitcher(Collaborators with, int nodeId, OpenedNode opened, @Nullable URI fallback, int frameBytes, Host host) {
        this.with = with;
        this.nodeId = nodeId;
        this.nodeEpoch = opened.nodeEpoch();
        this.walEpochs = new WalEpochs(nodeEpoch);
        this.media = opened.media();
        this.fallback = fallback;
        this.frameBytes = frameBytes;
        this.host = host;
        this.current = opened.wal();
    }

    /** Returns the generation being written. Callable from any thread. */
    OpenWal current() {
        return current;
    }

    /**
     * Switches to another WAL.
     *
     * @return completes when the old WAL is no longer needed
     */
    CompletableFuture<Void> switchTo(URI uri) {
        if (dead) {
            throw new StoreClosedException(
                    "wal=" + SafeUri.of(uri) + ": this node refuses further appends; open the store again");
        }
        if (move != null && handedOver) {
            return move.thenComposeAsync(ended -> switchTo(uri), with.context()); // a listener that reacts at once
        }
        if (move != null) {
            throw new ConflictException(
                    "wal=" + SafeUri.of(uri) + ": another switch is in progress; retry when it has ended");
        }
        String mediumId = media.mediumId(uri);
        if (mediumId.equals(current.mediumId())) {
            throw new InvalidRequestException("wal=" + SafeUri.of(uri) + ": it is the WAL being written");
        }
        move = new CompletableFuture<>();
        return prepare(uri)
                .thenComposeAsync(this::handOverWhenDrained, with.context())
                .whenCompleteAsync((over, error) -> ended(error), with.context())
                .thenComposeAsync(old -> with.retired().whenNotNeeded(old, with.patience()), with.context());
    }

    /** Handles the failure of the current WAL, which was abandoned. */
    void onWalFailure(StreamException reason) {
        walFailure = reason;
        if (move == null) {
            fallBack(reason);
        } else if (preparation != null && canFallBack(reason)) { // preparation may take long; the fallback is ready
            preparation.abandon(
                    new StorageException("the WAL being written failed, and the fallback replaces it", reason));
            removal.complete(null);
        } // otherwise the switch in progress moves all appends, or ends and falls back
    }

    /** Starts no further switch. Completes when the switch in progress has ended. */
    CompletableFuture<Void> end() {
        dead = true;
        if (preparation != null) {
            preparation.abandon(new StoreClosedException("the store is closing"));
            removal.complete(null);
        }
        return move == null ? CompletableFuture.completedFuture(null) : move.copy();
    }

    private void ended(@Nullable Throwable error) {
        CompletableFuture<Void> over = move;
        move = null;
        handedOver = false;
        if (over != null) {
            over.complete(null);
        }
        if (dead) {
            return;
        }
        if (walFailure != null) { // during the switch: of the old WAL, or already of the next one
            fallBack(walFailure);
        } else if (error != null) {
            LOG.warn(
                    "node {} stays on its WAL {}: {}",
                    nodeId,
                    current.descriptor().shownUri(),
                    error.toString());
        }
    }

    private boolean canFallBack(StreamException reason) {
        return !dead
                && fallback != null
                && !media.mediumId(fallback).equals(current.mediumId())
                && reason.kind() != StreamException.Kind.FENCED;
    }

    private void fallBack(StreamException reason) {
        if (fallback == null || !canFallBack(reason)) {
            lost(reason);
            return;
        }
        LOG.warn("node {}: {}; switching to {}", nodeId, reason.getMessage(), SafeUri.of(fallback));
        move = new CompletableFuture<>();
        prepare(fallback)
                .whenCompleteAsync(
                        (next, error) -> {
                            if (error != null) {
                                reason.addSuppressed(Failures.unwrap(error));
                                lost(reason);
                            }
                        },
                        with.context())
                .thenComposeAsync(this::handOver, with.context())
                .whenCompleteAsync((old, error) -> ended(error), with.context());
    }

    private void lost(StreamException reason) {
        dead = true;
        host.onWalLost(reason);
    }

    private CompletableFuture<PreparedWal> prepare(URI uri) {
        WalPreparation begun = new WalPreparation(with.runtime(), with.context(), media, uri);
        preparation = begun;
        CompletableFuture<Void> free = with.retired().whenFree(begun.mediumId());
        return Failures.answerOf(() -> begun.run(free, walEpochs.next(), with.patience()))
                .thenComposeAsync(this::checked, with.context())
                .whenCompleteAsync(
                        (next, error) -> {
                            preparation = null;
                            if (error != null) {
                                giveBack(begun.mediumId()); // the next attempt may have other options
                            }
                        },
                        with.context());
    }

    private CompletableFuture<PreparedWal> checked(PreparedWal next) {
        with.runtime().step("switch.prepared");
        InvalidRequestException refusal = refusal(next);
        if (refusal == null) {
            return CompletableFuture.completedFuture(next);
        }
        return removed(next)
                .handleAsync(
                        (released, error) -> {
                            throw refusal;
                        },
                        with.context());
    }

    /** Removes a refused generation. Completes when it is removed, or at the deadline if the medium does not answer. */
    private CompletableFuture<Void> removed(PreparedWal refused) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        removal = over;
        CompletableFuture<Void> released =
                Failures.answerOf(() -> refused.medium().release(refused.descriptor()));
        Timer timer = with.runtime().schedule(with.patience(), with.context(), () -> over.complete(null));
        released.whenComplete((done, error) -> over.complete(null));
        released.whenCompleteAsync((done, error) -> media.closeDetached(refused.medium()), with.context());
        return over.thenRunAsync(
                () -> {
                    timer.cancel();
                    if (!released.isDone()) {
                        media.detach(refused.mediumId()); // a call to it is still in flight
                    }
                },
                with.context());
    }

    private @Nullable InvalidRequestException refusal(PreparedWal next) {
        String identity = next.medium().identity();
        if (!identity.isEmpty() && identity.equals(current.medium().identity())) {
            return new InvalidRequestException("wal=" + SafeUri.of(next.uri()) + ": it is the WAL being written, "
                    + current.descriptor().shownUri() + ", under another name");
        }
        int offered = next.descriptor().maxFrameBytes();
        return offered >= frameBytes
                ? null
                : new InvalidRequestException("wal=" + SafeUri.of(next.uri()) + ": takes frames of " + offered
                        + " bytes, this store was opened with " + frameBytes
                        + "; give the WAL more capacity, or open the store with it as walFallback");
    }

    /** Hands over when the old WAL has acknowledged its frames. A WAL that does not answer in time counts as failed. */
    private CompletableFuture<OpenWal> handOverWhenDrained(PreparedWal next) {
        OpenWal old = current;
        CompletableFuture<Void> drained = with.sequencer().hold().copy();
        Timer timer = with.runtime().schedule(with.patience(), with.context(), () -> {
            if (!drained.isDone()) {
                if (walFailure == null) {
                    URI left = old.descriptor().uri();
                    StreamException silent = new StorageException(
                            "wal=" + SafeUri.of(left) + ": has not answered for " + with.patience());
                    walFailure = silent;
                    with.events().tell(listener -> listener.walFailed(left, silent));
                }
                drained.complete(null);
            }
        });
        return drained.thenComposeAsync(
                nothing -> {
                    timer.cancel();
                    return handOver(next);
                },
                with.context());
    }

    /** @return the abandoned WAL */
    private CompletableFuture<OpenWal> handOver(PreparedWal next) {
        OpenWal old = current;
        long end = with.rules().sealedEnd(with.sequencer().giveUpWal());
        with.runtime().step("switch.givenUp");
        return with.rules()
                .run(() -> commit(next, old, end), () -> goOn(next, old, end))
                .thenApply(done -> old)
                .whenCompleteAsync(
                        (done, error) -> {
                            if (error != null) {
                                dead = true;
                                host.onFatal(Failures.asStreamException("WAL switch failed", error));
                            }
                        },
                        with.context());
    }

    private CompletableFuture<Void> commit(PreparedWal next, OpenWal old, long end) {
        return with.metadata()
                .submitAll(List.of(
                        new Command.SealGeneration(nodeId, nodeEpoch, old.walEpoch(), end),
                        new Command.OpenGeneration(nodeId, nodeEpoch, next.descriptor(), end + 1)))
                .thenAcceptAsync(results -> results.forEach(CommandResult::accepted), with.context());
    }

    private void goOn(PreparedWal next, OpenWal old, long end) {
        with.runtime().step("switch.committed");
        OpenWal opened = new OpenWal(
                next.mediumId(),
                next.medium(),
                next.medium().create(next.descriptor(), end + 1),
                next.descriptor(),
                end + 1);
        long atRisk = walFailure == null ? 0 : host.uncommittedBytes();
        with.metrics().switched(walFailure != null);
        current = opened;
        walFailure = null;
        with.retired().add(old, end, atRisk);
        with.sequencer().continueOn(opened);
        LOG.info("node {} writes to {} from sequence {} on", nodeId, SafeUri.of(next.uri()), end + 1);
        URI left = old.descriptor().uri();
        handedOver = true;
        with.events().tell(listener -> listener.walSwitched(left, next.uri()));
        host.flush().exceptionally(error -> {
            LOG.warn(
                    "data that is only on {} could not be uploaded: {}",
                    old.descriptor().shownUri(),
                    error.toString());
            return null;
        });
    }

    /** Detaches a medium that is not needed. The medium of the fallback stays ready. */
    void giveBack(String mediumId) {
        boolean isFallback = fallback != null && media.mediumId(fallback).equals(mediumId);
        if (!isFallback
                && !mediumId.equals(current.mediumId())
                && !with.retired().isOn(mediumId)) {
            media.close(mediumId);
        }
    }
}
