package io.s3stream.core.node;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.core.recovery.NodeRecovery;
import io.s3stream.core.recovery.RecoveredNode;
import io.s3stream.core.recovery.RecoverySizes;
import io.s3stream.core.recovery.RecoveryTimes;
import io.s3stream.core.recovery.RecoveryTools;
import io.s3stream.core.recovery.Registration;
import io.s3stream.core.upload.ObjectWriter;
import io.s3stream.core.wal.MediumWatch;
import io.s3stream.core.wal.RecordedWals;
import io.s3stream.core.wal.WalMedia;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over another node, dead or alive: {@linkplain NodeRecovery registers and recovers it}, and opens nothing in its
 * place. The caller does not wait for the release of its WALs, which may delete much, unless their media are locked
 * until then. Owns the media and the writer. Used once, on one serial context.
 */
public final class NodeTakeOver {

    /**
     * The available WALs.
     *
     * @param watch ends calls that are not answered
     * @param context of the node to be taken over
     * @param given present URIs of media that were recorded with other URIs
     * @param known the storage and the WALs of this process's configuration
     */
    public record Wals(
            List<WalProvider> providers, MediumWatch watch, WalContext context, List<URI> given, List<URI> known) {}

    private static final Logger LOG = LoggerFactory.getLogger(NodeTakeOver.class);

    private final RecoveryTools with;
    private final NodeRecovery recovery;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final int nodeId;
    private final WalMedia media;
    private @Nullable ObjectWriter writer;
    private boolean isReleasing;

    /**
     * @param tools the take-over closes their writers
     * @param ifEpoch the epoch that the node must have; 0 for any
     */
    public NodeTakeOver(RecoveryTools tools, Wals wals, RecoverySizes sizes, long ifEpoch) {
        LongFunction<ObjectWriter> writers = tools.writerOfEpoch();
        this.with = new RecoveryTools(
                tools.runtime(),
                tools.context(),
                tools.metadata(),
                tools.plan(),
                tools.slabs(),
                tools.grouping(),
                epoch -> writerOf(writers, epoch));
        this.nodeId = wals.context().nodeId();
        this.media = new WalMedia(wals.watch().providers(wals.providers()), wals.context());
        RecordedWals recorded =
                new RecordedWals(wals.providers(), new RecordedWals.Node(nodeId, false), wals.given(), wals.known());
        UUID session = new UUID(with.runtime().randomLong(), with.runtime().randomLong());
        this.recovery = new NodeRecovery(
                with,
                new Registration(nodeId, session, "takeOver", ifEpoch, Map.of()),
                new NodeRecovery.Wals(
                        media, List.of(), recorded::follow, wals.watch().deadline()),
                sizes);
    }

    /** Completes on the context when all is committed, the streams may be opened, and no lock is held. */
    public CompletableFuture<TakeOverReport> run() {
        return recovery.run()
                .whenCompleteAsync(
                        (recovered, error) -> {
                            if (error == null) {
                                release();
                            } else {
                                end();
                            }
                        },
                        with.context())
                .thenComposeAsync(
                        recovered ->
                                media.holdsLocks() ? ended.thenApply(nothing -> recovered) : completedFuture(recovered),
                        with.context())
                .thenApply(this::report);
    }

    /**
     * Completes on the context when all work has ended and all resources are released, after {@link #run}. Never fails.
     */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    /** Returns the node epoch of this take-over; 0 before its registration. On the context. */
    public long nodeEpoch() {
        return recovery.nodeEpoch();
    }

    /** Returns whether {@code nodeEpoch} shows that another process has become the node since. On the context. */
    public boolean isBefore(long nodeEpoch) {
        return recovery.nodeEpoch() != 0 && recovery.nodeEpoch() < nodeEpoch;
    }

    /** Stops the take-over, unless only the release remains. Another take-over can continue. On the context. */
    public void abandon() {
        if (!isReleasing) {
            recovery.abandon();
            closeWriter();
        }
    }

    private void release() {
        isReleasing = true;
        recovery.release()
                .whenCompleteAsync(
                        (nothing, error) -> {
                            if (error != null) {
                                LOG.warn(
                                        "node={}: taken over; its WALs were not released: the next opening or take-over releases them: {}",
                                        nodeId,
                                        error.toString());
                            }
                            end();
                        },
                        with.context());
    }

    private void end() {
        media.close();
        closeWriter();
        ended.complete(null);
    }

    private void closeWriter() {
        if (writer != null) {
            writer.close();
        }
    }

    private ObjectWriter writerOf(LongFunction<ObjectWriter> writers, long epoch) {
        if (writer == null) {
            writer = writers.apply(epoch);
        }
        return writer;
    }

    private TakeOverReport report(RecoveredNode recovered) {
        RecoveryTimes times = recovered.times();
        return new TakeOverReport(
                nodeId,
                recovered.nodeEpoch(),
                recovered.streamsClosed(),
                recovered.quarantined(),
                recovered.frames(),
                recovered.recordBytes(),
                times.fencing(),
                times.replaying(),
                times.uploading(),
                times.committing());
    }
}
