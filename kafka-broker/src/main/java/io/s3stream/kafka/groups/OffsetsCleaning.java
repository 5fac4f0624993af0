package io.s3stream.kafka.groups;

import io.s3stream.kafka.groups.OffsetsLog.Rewritten;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cleaning of a log. It reads the log up to its present end, appends the latest value of each live key again, waits
 * until that is durable, and then trims everything before it.
 *
 * <p>A crash at any moment loses no value. Before the trim, the old records are there, and the new ones only repeat their
 * latest values. The trim follows when the new records are durable. Records of open transactions are repeated too, after
 * the values that were set before them. Records that the coordinator appends during the reading are seen before anything
 * is appended again, and it appends nothing while that happens. So no old value follows a newer one.
 */
final class OffsetsCleaning {

    private static final Logger LOG = LoggerFactory.getLogger(OffsetsCleaning.class);

    private final OffsetsLog offsets;
    private final long end;
    private final LiveRecords live = new LiveRecords();

    /** @param end of the log when the coordinator's batches began to be remembered */
    OffsetsCleaning(OffsetsLog offsets, long end) {
        this.offsets = offsets;
        this.end = end;
    }

    /** Cleans. The future does not fail: a later cleaning tries again. */
    CompletableFuture<Void> run(Executor executor) {
        return read(executor)
                .thenApplyAsync(read -> rewrite(), executor)
                .thenCompose(this::trim)
                .handle((trimmed, error) -> {
                    if (error != null) {
                        LOG.info(
                                "{} was not cleaned; a later cleaning tries again",
                                offsets.log().name(),
                                error);
                    }
                    offsets.cleaned(error == null);
                    return null;
                });
    }

    /** First step: reads the live records. */
    CompletableFuture<Void> read(Executor executor) {
        return new OffsetsReader(offsets.log(), executor).readTo(end, live::add);
    }

    /** Second step: appends the live records. Blocks while there is no memory for it. */
    Rewritten rewrite() {
        return offsets.rewrite(live);
    }

    /** Third step: trims, when the appended records are durable. */
    CompletableFuture<Void> trim(Rewritten rewritten) {
        return offsets.log().stream()
                .whenDurable(rewritten.end())
                .thenCompose(durable -> offsets.log().trim(rewritten.start()))
                .thenRun(() -> LOG.debug(
                        "{} was cleaned: {} keys, {} bytes, begins at {}",
                        offsets.log().name(),
                        live.size(),
                        rewritten.bytes(),
                        rewritten.start()));
    }
}
