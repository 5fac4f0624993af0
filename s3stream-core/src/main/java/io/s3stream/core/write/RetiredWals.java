package io.s3stream.core.write;

import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.wal.OpenWal;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sealed generations that this process has written, kept until they are uploaded. Then each is released, as soon as
 * its own I/O has ended, and removed from the metadata. Runs on the append context, which owns all state here.
 */
public final class RetiredWals {

    private static final Logger LOG = LoggerFactory.getLogger(RetiredWals.class);

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final MetadataClient metadata;
    private final int nodeId;
    private final long nodeEpoch;
    private final List<Retired> retired = new ArrayList<>();
    private Consumer<String> onReleased = mediumId -> {};
    private long committed;
    private volatile long atRiskBytes;

    private static final class Retired {
        final OpenWal wal;
        final long sealedEnd;
        final long atRiskBytes;
        final CompletableFuture<Void> uploaded = new CompletableFuture<>();
        final CompletableFuture<Void> released = new CompletableFuture<>();
        boolean isUploaded;

        Retired(OpenWal wal, long sealedEnd, long atRiskBytes) {
            this.wal = wal;
            this.sealedEnd = sealedEnd;
            this.atRiskBytes = atRiskBytes;
        }
    }

    /** @param committed the sequence up to which all frames are uploaded */
    public RetiredWals(
            EngineRuntime runtime,
            SerialContext context,
            MetadataClient metadata,
            int nodeId,
            long nodeEpoch,
            long committed) {
        this.runtime = runtime;
        this.context = context;
        this.metadata = metadata;
        this.nodeId = nodeId;
        this.nodeEpoch = nodeEpoch;
        this.committed = committed;
    }

    /** Sets the listener for media that no retired generation needs. */
    public void onReleased(Consumer<String> listener) {
        onReleased = listener;
    }

    /** Returns the acknowledged bytes that are only on a failed WAL. Any thread. */
    public long atRiskBytes() {
        return atRiskBytes;
    }

    /** @param bytesAtRisk acknowledged and not uploaded, if the WAL has failed */
    public void add(OpenWal wal, long sealedEnd, long bytesAtRisk) {
        retired.add(new Retired(wal, sealedEnd, bytesAtRisk));
        wal.log().closeAsync();
        onCommitted(committed);
    }

    /** Records that all frames up to {@code sequence} are uploaded. */
    public void onCommitted(long sequence) {
        committed = Math.max(committed, sequence);
        for (Retired old : List.copyOf(retired)) {
            if (!old.isUploaded && old.sealedEnd <= committed) {
                old.isUploaded = true;
                old.uploaded.complete(null);
                release(old);
            }
        }
        atRiskBytes = retired.stream()
                .filter(old -> !old.isUploaded)
                .mapToLong(old -> old.atRiskBytes)
                .sum();
    }

    /** Returns whether a retired generation is on that medium. */
    public boolean isOn(String mediumId) {
        return retired.stream().anyMatch(old -> old.wal.mediumId().equals(mediumId));
    }

    /** Completes when no retired generation is on that medium, nor any I/O of one. */
    public CompletableFuture<Void> whenFree(String mediumId) {
        return allOf(retired.stream()
                .filter(old -> old.wal.mediumId().equals(mediumId))
                .toList());
    }

    /** Completes like {@link #whenAllNotNeeded}, for one generation that was added. */
    @SuppressWarnings("ReferenceEquality") // identity is meant
    public CompletableFuture<Void> whenNotNeeded(OpenWal wal, Duration patience) {
        return notNeeded(retired.stream().filter(old -> old.wal == wal).toList(), patience);
    }

    /** Completes when none has I/O in flight. */
    public CompletableFuture<Void> whenIdle() {
        return CompletableFuture.allOf(
                retired.stream().map(old -> old.wal.log().closeAsync()).toArray(CompletableFuture[]::new));
    }

    /**
     * Completes when all are uploaded and released. A medium that does not answer its release within {@code patience}
     * is skipped: its data are no longer needed.
     */
    public CompletableFuture<Void> whenAllNotNeeded(Duration patience) {
        return notNeeded(List.copyOf(retired), patience);
    }

    private CompletableFuture<Void> notNeeded(List<Retired> which, Duration patience) {
        return CompletableFuture.allOf(which.stream().map(old -> old.uploaded).toArray(CompletableFuture[]::new))
                .thenComposeAsync(uploaded -> releasedWithin(which, patience), context);
    }

    private CompletableFuture<Void> releasedWithin(List<Retired> which, Duration patience) {
        CompletableFuture<Void> released = allOf(which);
        if (released.isDone()) {
            return released;
        }
        Timer timer = runtime.schedule(patience, context, () -> {
            if (!released.isDone()) {
                LOG.warn(
                        "{}: did not answer its release for {}, and is skipped; its data are no longer needed",
                        which.stream()
                                .filter(old -> !old.released.isDone())
                                .map(old -> old.wal.descriptor().shownUri())
                                .toList(),
                        patience);
                released.complete(null);
            }
        });
        return released.whenComplete((done, error) -> timer.cancel());
    }

    private static CompletableFuture<Void> allOf(List<Retired> which) {
        return CompletableFuture.allOf(which.stream().map(old -> old.released).toArray(CompletableFuture[]::new));
    }

    private void release(Retired old) {
        runtime.step("switch.uploaded");
        release(old.wal)
                .thenComposeAsync(
                        released ->
                                metadata.submit(new Command.RemoveGeneration(nodeId, nodeEpoch, old.wal.walEpoch())),
                        context)
                .whenCompleteAsync(
                        (removed, error) -> {
                            retired.remove(old);
                            if (!isOn(old.wal.mediumId())) {
                                onReleased.accept(old.wal.mediumId());
                            }
                            runtime.step("switch.released");
                            if (error == null) {
                                old.released.complete(null);
                            } else {
                                old.released.completeExceptionally(error);
                            }
                        },
                        context);
    }

    /** Releases the space of an uploaded generation after its last I/O. Best effort. */
    public CompletableFuture<Void> release(OpenWal wal) {
        return wal.log()
                .closeAsync()
                .thenCompose(idle -> Failures.answerOf(() -> wal.medium().release(wal.descriptor())))
                .exceptionally(error -> {
                    LOG.warn(
                            "wal={}: its space could not be released: {}",
                            wal.descriptor().shownUri(),
                            error.toString());
                    return null;
                });
    }
}
