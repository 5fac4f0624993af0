package io.s3stream.core.node;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.recovery.NodeRecovery;
import io.s3stream.core.recovery.OpenedNode;
import io.s3stream.core.recovery.RecoverySizes;
import io.s3stream.core.recovery.RecoveryTools;
import io.s3stream.core.recovery.Registration;
import io.s3stream.core.wal.MediumWatch;
import io.s3stream.core.wal.OpenWal;
import io.s3stream.core.wal.RecordedWals;
import io.s3stream.core.wal.WalEpochs;
import io.s3stream.core.wal.WalMedia;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens a node: {@linkplain NodeRecovery registers and recovers it}, then begins a new WAL generation. Used once, on
 * one serial context.
 */
public final class NodeOpener {

    /**
     * The available WALs.
     *
     * @param uri of the WAL to write
     * @param fallback of the WAL to switch to after a failure
     * @param storage of the store, if it was opened by a URI
     * @param watch reports the calls in progress
     */
    public record Wals(
            List<WalProvider> providers,
            MediumWatch watch,
            WalContext context,
            URI uri,
            @Nullable URI fallback,
            @Nullable URI storage) {

        private RecordedWals recorded() {
            return new RecordedWals(
                    providers,
                    new RecordedWals.Node(context.nodeId(), true),
                    List.of(),
                    Stream.of(uri, fallback, storage).filter(Objects::nonNull).toList());
        }
    }

    private final RecoveryTools with;
    private final RecoverySizes sizes;
    private final URI walUri;
    private final @Nullable URI fallbackUri;
    private final RecordedWals recorded;
    private final UUID session;
    private final Map<String, String> tags;

    private final int nodeId;
    private final WalMedia media;
    private final Duration patience;

    /**
     * @param session identifies this registration after a lost response
     * @param tags of the node under its new epoch
     */
    public NodeOpener(RecoveryTools with, Wals wals, UUID session, Map<String, String> tags, RecoverySizes sizes) {
        this.with = with;
        this.sizes = sizes;
        this.walUri = wals.uri();
        this.fallbackUri = wals.fallback();
        this.recorded = wals.recorded();
        this.session = session;
        this.tags = tags;
        this.nodeId = wals.context().nodeId();
        this.patience = wals.watch().deadline();
        this.media = new WalMedia(wals.watch().providers(wals.providers()), wals.context());
        if (fallbackUri != null && media.mediumId(fallbackUri).equals(media.mediumId(walUri))) {
            throw new InvalidRequestException(
                    "walFallback=" + SafeUri.of(fallbackUri) + ": is the same medium as wal=" + SafeUri.of(walUri));
        }
    }

    /** Completes on the context; after a failure all locks are released. */
    public CompletableFuture<OpenedNode> open() {
        List<URI> inUse = fallbackUri == null ? List.of(walUri) : List.of(walUri, fallbackUri);
        NodeRecovery recovery = new NodeRecovery(
                with,
                new Registration(nodeId, session, "open", 0, tags),
                new NodeRecovery.Wals(media, inUse, recorded::follow, patience),
                sizes);
        return recovery.run()
                .thenComposeAsync(
                        recovered -> recovery.release()
                                .thenComposeAsync(nothing -> beginGeneration(recovered.nodeEpoch()), with.context()),
                        with.context())
                .whenCompleteAsync(
                        (opened, error) -> {
                            if (error != null) {
                                media.close();
                            }
                        },
                        with.context());
    }

    private CommittedPosition committed() {
        return Objects.requireNonNull(with.metadata().view().node(nodeId)).committed();
    }

    private CompletableFuture<OpenedNode> beginGeneration(long nodeEpoch) {
        long firstSequence = committed().sequence() + 1;
        return requireTwoMedia()
                .thenComposeAsync(nothing -> media.attach(walUri, AttachMode.CREATE), with.context())
                .thenComposeAsync(
                        medium -> medium.prepare(WalEpochs.first(nodeEpoch))
                                .thenComposeAsync(
                                        descriptor -> {
                                            with.runtime().step("open.prepared");
                                            return with.metadata()
                                                    .submit(new Command.OpenGeneration(
                                                            nodeId, nodeEpoch, descriptor, firstSequence))
                                                    .thenComposeAsync(
                                                            accepted -> opened(
                                                                    nodeEpoch, medium, descriptor, firstSequence),
                                                            with.context());
                                        },
                                        with.context()),
                        with.context());
    }

    /** Refuses a fallback on the WAL's own medium, also under another name: it would fail together with the WAL. */
    private CompletableFuture<Void> requireTwoMedia() {
        URI fallback = fallbackUri;
        if (fallback == null) {
            return CompletableFuture.completedFuture(null);
        }
        return media.attach(walUri, AttachMode.CREATE)
                .thenComposeAsync(
                        wal -> media.attach(fallback, AttachMode.CREATE).thenAccept(other -> {
                            if (!wal.identity().isEmpty() && wal.identity().equals(other.identity())) {
                                throw new InvalidRequestException("walFallback=" + SafeUri.of(fallback)
                                        + ": is the same medium as wal=" + SafeUri.of(walUri) + ", under another name");
                            }
                        }),
                        with.context());
    }

    private CompletableFuture<OpenedNode> opened(
            long nodeEpoch, WalMedium medium, WalDescriptor descriptor, long firstSequence) {
        return fallbackFrameBytes()
                .thenApplyAsync(
                        fallbackFrameBytes -> {
                            String mediumId = media.mediumId(walUri);
                            media.closeAllBut(
                                    fallbackUri == null
                                            ? Set.of(mediumId)
                                            : Set.of(mediumId, media.mediumId(fallbackUri)));
                            with.runtime().step("open.ready");
                            return new OpenedNode(
                                    nodeEpoch,
                                    new OpenWal(
                                            mediumId,
                                            medium,
                                            medium.create(descriptor, firstSequence),
                                            descriptor,
                                            firstSequence),
                                    media,
                                    Math.min(descriptor.maxFrameBytes(), fallbackFrameBytes),
                                    committed());
                        },
                        with.context());
    }

    private CompletableFuture<Integer> fallbackFrameBytes() {
        return fallbackUri == null
                ? CompletableFuture.completedFuture(Integer.MAX_VALUE)
                : media.attach(fallbackUri, AttachMode.CREATE)
                        .thenComposeAsync(WalMedium::maxFrameBytes, with.context());
    }
}
