package io.s3stream.core.recovery;

import io.s3stream.api.TakeOverReport;
import io.s3stream.core.upload.ObjectWriter;
import io.s3stream.core.wal.WalMedia;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Takes over another node, dead or alive: {@linkplain NodeRecovery becomes it and recovers it}, and opens nothing in its
 * place. Owns the media and the writer this takes. Used once, on one serial context.
 */
public final class NodeTakeOver {

    /**
     * The WALs there are.
     *
     * @param context of the node to be taken over
     * @param given where this machine has media that were recorded with other URIs
     */
    public record Wals(List<WalProvider> providers, WalContext context, List<URI> given) {
        public Wals {
            given = List.copyOf(given);
        }
    }

    private final RecoveryTools with;
    private final NodeRecovery recovery;
    private final int nodeId;
    private final WalMedia media;
    private final List<URI> given;
    private @Nullable ObjectWriter writer;

    /** @param tools their writers are closed here */
    public NodeTakeOver(RecoveryTools tools, Wals wals, RecoverySizes sizes) {
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
        this.media = new WalMedia(wals.providers(), wals.context());
        this.given = wals.given();
        UUID session = new UUID(with.runtime().randomLong(), with.runtime().randomLong());
        this.recovery = new NodeRecovery(
                with,
                new NodeRecovery.Node(nodeId, session, "takeOver"),
                new NodeRecovery.Wals(media, List.of(), this::presentUri),
                sizes);
    }

    /** Completes on the context, with all locks free. */
    public CompletableFuture<TakeOverReport> run() {
        return recovery.run().thenApply(this::report).whenCompleteAsync((report, error) -> end(), with.context());
    }

    /** Goes no further; another take-over can go on from there. On the context. */
    public void abandon() {
        recovery.abandon();
        closeWriter();
    }

    private void end() {
        media.close();
        closeWriter();
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

    /** The given one that names the same medium, or the only one that could. */
    private URI presentUri(URI then) {
        String mediumId = media.mediumId(then);
        List<URI> sameScheme = given.stream()
                .filter(uri -> uri.getScheme().equals(then.getScheme()))
                .toList();
        return sameScheme.stream()
                .filter(uri -> media.mediumId(uri).equals(mediumId))
                .findFirst()
                .orElse(sameScheme.size() == 1 ? sameScheme.get(0) : then);
    }

    private TakeOverReport report(RecoveredNode recovered) {
        RecoveryTimes times = recovered.times();
        return new TakeOverReport(
                nodeId,
                recovered.nodeEpoch(),
                recovered.streamsClosed(),
                recovered.frames(),
                recovered.recordBytes(),
                times.fencing(),
                times.replaying(),
                times.uploading(),
                times.committing());
    }
}
