package io.s3stream.core.wal;

import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Generations this process has written and given up: sealed, and kept until all of them is uploaded. Then each is
 * released, as soon as its own I/O has come to an end, and forgotten. Runs on the append context, which owns all state here.
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
        final CompletableFuture<Void> released = new CompletableFuture<>();
        boolean isUploaded;

        Retired(OpenWal wal, long sealedEnd, long atRiskBytes) {
            this.wal = wal;
            this.sealedEnd = sealedEnd;
            this.atRiskBytes = atRiskBytes;
        }
    }

    /** @param committed the sequence up to which everything is uploaded */
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

    /** Told of each medium that none of these needs any more. */
    public void onReleased(Consumer<String> listener) {
        onReleased = listener;
    }

    /** Acknowledged bytes that are only on a WAL that has failed. Any thread. */
    public long atRiskBytes() {
        return atRiskBytes;
    }

    /** @param bytesAtRisk acknowledged and not uploaded, if the WAL has failed */
    public void add(OpenWal wal, long sealedEnd, long bytesAtRisk) {
        retired.add(new Retired(wal, sealedEnd, bytesAtRisk));
        wal.log().closeAsync();
        onCommitted(committed);
    }

    /** Everything up to {@code sequence} is uploaded. */
    public void onCommitted(long sequence) {
        committed = Math.max(committed, sequence);
        for (Retired old : List.copyOf(retired)) {
            if (!old.isUploaded && old.sealedEnd <= committed) {
                old.isUploaded = true;
                release(old);
            }
        }
        atRiskBytes = retired.stream()
                .filter(old -> !old.isUploaded)
                .mapToLong(old -> old.atRiskBytes)
                .sum();
    }

    /** Whether a retired generation is on that medium. */
    public boolean isOn(String mediumId) {
        return retired.stream().anyMatch(old -> old.wal.mediumId().equals(mediumId));
    }

    /** Completes when no retired generation is on that medium, nor any I/O of one. */
    public CompletableFuture<Void> whenFree(String mediumId) {
        return allOf(retired.stream()
                .filter(old -> old.wal.mediumId().equals(mediumId))
                .toList());
    }

    /** Completes when a generation that was added is released. */
    @SuppressWarnings("ReferenceEquality") // this very generation
    public CompletableFuture<Void> whenReleased(OpenWal wal) {
        return allOf(retired.stream().filter(old -> old.wal == wal).toList());
    }

    /** Completes when none has any I/O under way. */
    public CompletableFuture<Void> whenIdle() {
        return CompletableFuture.allOf(
                retired.stream().map(old -> old.wal.log().closeAsync()).toArray(CompletableFuture[]::new));
    }

    /** Completes when all are released. */
    public CompletableFuture<Void> whenAllReleased() {
        return allOf(retired);
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

    /** Gives back the space of a generation that is all uploaded, when its last I/O has ended. Best effort. */
    public CompletableFuture<Void> release(OpenWal wal) {
        return wal.log()
                .closeAsync()
                .thenCompose(idle -> Failures.answerOf(() -> wal.medium().release(wal.descriptor())))
                .exceptionally(error -> {
                    LOG.warn(
                            "wal={}: its space could not be given back: {}",
                            wal.descriptor().uri(),
                            error.toString());
                    return null;
                });
    }
}
