package io.s3stream.core.wal;

import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.core.errors.Failures;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A single attempt to prepare a medium for a generation. A medium may never answer, so the attempt has a deadline, and
 * may be abandoned before it. A later answer is cleaned up: the prepared generation is released, and the medium closed.
 *
 * <p>Runs on the append context, which owns all state here. Used once.
 */
public final class WalPreparation {

    private static final Logger LOG = LoggerFactory.getLogger(WalPreparation.class);

    /** Creating a file or calling a distant bucket takes time, even if writes have a short timeout. */
    private static final Duration MIN_PATIENCE = Duration.ofSeconds(2);

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final WalMedia media;
    private final URI uri;
    private final String mediumId;
    private final CompletableFuture<PreparedWal> result = new CompletableFuture<>();
    private Runnable onAbandoned = () -> {};
    private @Nullable Timer deadline;

    public WalPreparation(EngineRuntime runtime, SerialContext context, WalMedia media, URI uri) {
        this.runtime = runtime;
        this.context = context;
        this.media = media;
        this.uri = uri;
        this.mediumId = media.mediumId(uri);
    }

    public String mediumId() {
        return mediumId;
    }

    /**
     * Begins.
     *
     * @param free completes when the medium may be used
     * @param walEpoch of the generation
     * @param walTimeout the time for the medium, including the wait for {@code free}; at least {@link #MIN_PATIENCE}
     * @return completes on the context
     */
    public CompletableFuture<PreparedWal> run(CompletableFuture<Void> free, long walEpoch, Duration walTimeout) {
        Duration patience = walTimeout.compareTo(MIN_PATIENCE) > 0 ? walTimeout : MIN_PATIENCE;
        deadline = runtime.schedule(
                patience,
                context,
                () -> abandon(new StorageException("wal=" + SafeUri.of(uri) + ": was not ready after " + patience
                        + " (walTimeout), and is abandoned; it may be tried again")));
        free.thenComposeAsync(nothing -> attach(), context)
                .thenComposeAsync(medium -> prepare(medium, walEpoch), context)
                .whenCompleteAsync(this::end, context);
        return result;
    }

    /** Abandons the attempt, unless it has ended. */
    public void abandon(StreamException reason) {
        if (!result.isDone()) {
            onAbandoned.run();
            end(null, reason);
        }
    }

    private CompletableFuture<WalMedium> attach() {
        if (result.isDone()) {
            return CompletableFuture.failedFuture(new StorageException("wal=" + SafeUri.of(uri) + ": abandoned"));
        }
        onAbandoned = () -> media.abandon(mediumId);
        return media.attach(uri, AttachMode.CREATE);
    }

    private CompletableFuture<PreparedWal> prepare(WalMedium medium, long walEpoch) {
        if (result.isDone()) {
            return CompletableFuture.failedFuture(new StorageException("wal=" + SafeUri.of(uri) + ": abandoned"));
        }
        // The medium has a call in progress, so no other code can use it before the answer.
        onAbandoned = () -> media.detach(mediumId);
        return Failures.answerOf(() -> medium.prepare(walEpoch))
                .thenComposeAsync(
                        descriptor -> {
                            PreparedWal prepared = new PreparedWal(uri, mediumId, medium, descriptor);
                            return result.isDone() ? cleanUp(prepared) : CompletableFuture.completedFuture(prepared);
                        },
                        context)
                .whenCompleteAsync((prepared, error) -> media.closeDetached(medium), context);
    }

    private CompletableFuture<PreparedWal> cleanUp(PreparedWal late) {
        WalDescriptor descriptor = late.descriptor();
        LOG.info("wal={}: was ready too late; its generation {} is removed", SafeUri.of(uri), descriptor.walEpoch());
        return Failures.answerOf(() -> late.medium().release(descriptor)).handle((released, error) -> {
            if (error != null) {
                LOG.warn("wal={}: generation {} stays: {}", SafeUri.of(uri), descriptor.walEpoch(), error.toString());
            }
            return late;
        });
    }

    private void end(@Nullable PreparedWal prepared, @Nullable Throwable error) {
        if (deadline != null) {
            deadline.cancel();
        }
        if (error != null) {
            result.completeExceptionally(Failures.unwrap(error));
        } else if (prepared != null) {
            result.complete(prepared);
        }
    }
}
