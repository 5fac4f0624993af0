package io.s3stream.core.write;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
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
 * Moves the node's log to another WAL while appends go on, because it was asked to or because the WAL failed [R9].
 *
 * <p>The next medium is prepared while the old one is still written. That has a deadline, and is abandoned when the old WAL
 * fails and a fallback is there, or when the store closes. Then nothing more is issued; a healthy WAL is given
 * the time to acknowledge what it has, a failed one not. It is given up at the last acknowledged sequence, and ONE commit
 * seals it there and opens the next generation behind it. Only after that commit is anything written to the next one,
 * what was taken back first. At last what is only on the old WAL is uploaded, and the old one is released.
 *
 * <p>Runs on the append context, which owns all state here.
 */
final class WalSwitcher {

    private static final Logger LOG = LoggerFactory.getLogger(WalSwitcher.class);

    /** What a switch needs of the write path. */
    interface Host {

        /** Uploads all that is acknowledged. */
        CompletableFuture<Void> flush();

        /** Acknowledged bytes that are not yet uploaded. */
        long uncommittedBytes();

        /** The WAL failed and there is no other. */
        void onWalLost(StreamException reason);

        /** This node can write no more. */
        void onFatal(StreamException reason);
    }

    /**
     * What a switch needs of the engine.
     *
     * @param patience how long the next WAL may take to get ready, and the old one to acknowledge what it has
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
    private @Nullable CompletableFuture<Void> move; // the one under way
    private @Nullable WalPreparation preparation; // what it waits for, as long as it can be abandoned
    private CompletableFuture<Void> removal = CompletableFuture.completedFuture(null); // of what was refused
    private boolean dead; // nothing can be written any more
    private @Nullable StreamException walFailure; // of the current WAL

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

    /** The generation being written; may be asked on any thread. */
    OpenWal current() {
        return current;
    }

    /**
     * Goes on writing to another WAL.
     *
     * @return completes when the old WAL is not needed any more
     */
    CompletableFuture<Void> switchTo(URI uri) {
        if (dead) {
            throw new StoreClosedException("wal=" + uri + ": this node takes no more appends; open the store again");
        }
        if (move != null) {
            throw new ConflictException("wal=" + uri + ": another switch is under way; try again when it is over");
        }
        String mediumId = media.mediumId(uri);
        if (mediumId.equals(current.mediumId())) {
            throw new InvalidRequestException("wal=" + uri + ": it is the WAL being written");
        }
        move = new CompletableFuture<>();
        return prepare(uri)
                .thenComposeAsync(this::handOverWhenDrained, with.context())
                .whenCompleteAsync((over, error) -> ended(error), with.context())
                .thenComposeAsync(old -> with.retired().whenNotNeeded(old, with.patience()), with.context());
    }

    /** The WAL failed and was given up. */
    void onWalFailure(StreamException reason) {
        walFailure = reason;
        if (move == null) {
            fallBack(reason);
        } else if (preparation != null && canFallBack(reason)) { // it may take long: the fallback is ready
            preparation.abandon(
                    new StorageException("the WAL being written failed, and the fallback was preferred", reason));
            removal.complete(null);
        } // otherwise the move under way takes everything along, or ends and falls back
    }

    /** No moves any more; completes when the one under way is over. */
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
        if (dead) {
            if (over != null) {
                over.complete(null);
            }
            return;
        }
        if (walFailure != null) { // meanwhile, of the WAL it was to leave or already of the next one
            fallBack(walFailure);
        } else if (error != null) {
            LOG.warn(
                    "node {} stays on its WAL {}: {}",
                    nodeId,
                    current.descriptor().uri(),
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
        LOG.warn("node {}: {}; going on with {}", nodeId, reason.getMessage(), fallback);
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
                                giveBack(begun.mediumId()); // the next attempt may come with other options
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

    /** Completes when a generation that was refused is removed. A medium that does not answer is not waited for. */
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
                        media.detach(refused.mediumId()); // it has one call under way
                    }
                },
                with.context());
    }

    private @Nullable InvalidRequestException refusal(PreparedWal next) {
        String identity = next.medium().identity();
        if (!identity.isEmpty() && identity.equals(current.medium().identity())) {
            return new InvalidRequestException("wal=" + next.uri() + ": it is the WAL being written, "
                    + current.descriptor().uri() + ", under another name");
        }
        int offered = next.descriptor().maxFrameBytes();
        return offered >= frameBytes
                ? null
                : new InvalidRequestException("wal=" + next.uri() + ": takes frames of " + offered
                        + " bytes, this store was opened with " + frameBytes
                        + "; give the WAL more capacity, or open the store with it as walFallback");
    }

    /** A WAL that does not answer is left as one that failed. */
    private CompletableFuture<OpenWal> handOverWhenDrained(PreparedWal next) {
        OpenWal old = current;
        CompletableFuture<Void> drained = with.sequencer().hold().copy();
        Timer timer = with.runtime().schedule(with.patience(), with.context(), () -> {
            if (!drained.isDone()) {
                if (walFailure == null) {
                    URI left = old.descriptor().uri();
                    StreamException silent =
                            new StorageException("wal=" + left + ": has not answered for " + with.patience());
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

    /** @return the WAL that was given up */
    private CompletableFuture<OpenWal> handOver(PreparedWal next) {
        OpenWal old = current;
        long end = with.rules().sealedEnd(with.sequencer().giveUpWal());
        with.runtime().step("switch.givenUp");
        boolean early = with.rules().precedesCommit();
        if (early) {
            goOn(next, old, end);
        }
        return with.metadata()
                .submitAll(List.of(
                        new Command.SealGeneration(nodeId, nodeEpoch, old.walEpoch(), end),
                        new Command.OpenGeneration(nodeId, nodeEpoch, next.descriptor(), end + 1)))
                .thenApplyAsync(
                        results -> {
                            results.forEach(CommandResult::accepted);
                            if (!early) {
                                goOn(next, old, end);
                            }
                            return old;
                        },
                        with.context())
                .whenCompleteAsync(
                        (done, error) -> {
                            if (error != null) {
                                dead = true;
                                host.onFatal(Failures.asStreamException("WAL switch failed", error));
                            }
                        },
                        with.context());
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
        LOG.info("node {} writes to {} from sequence {} on", nodeId, next.uri(), end + 1);
        URI left = old.descriptor().uri();
        with.events().tell(listener -> listener.walSwitched(left, next.uri()));
        host.flush().exceptionally(error -> {
            LOG.warn(
                    "what is only on {} could not be uploaded: {}",
                    old.descriptor().uri(),
                    error.toString());
            return null;
        });
    }

    /** A medium that is not needed is detached, except the fallback's, which stays ready. */
    void giveBack(String mediumId) {
        boolean isFallback = fallback != null && media.mediumId(fallback).equals(mediumId);
        if (!isFallback
                && !mediumId.equals(current.mediumId())
                && !with.retired().isOn(mediumId)) {
            media.close(mediumId);
        }
    }
}
