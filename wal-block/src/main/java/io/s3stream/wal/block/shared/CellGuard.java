package io.s3stream.wal.block.shared;

import io.s3stream.api.errors.FencedException;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.format.SharedOptions.Writer;
import io.s3stream.wal.block.ring.WriterGuard;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the writer's fence cell after each write, and before the frame is acknowledged. Writes that complete while a
 * check waits for a thread share that check, because it begins to read after all of them.
 *
 * <p>Owns the waiting check, under its monitor. Thread-safe.
 */
final class CellGuard implements WriterGuard {

    private final MediumIo io;
    private final FenceCells cells;
    private final long cell;
    private final Writer writer;
    private final Function<Boolean, CompletableFuture<Void>> onEnd;

    /** The check that was submitted and has not begun to read. */
    private @Nullable CompletableFuture<Void> waiting;

    /** @param onEnd called once, when no write is in flight, with whether all writes succeeded */
    CellGuard(
            MediumIo io, FenceCells cells, long cell, Writer writer, Function<Boolean, CompletableFuture<Void>> onEnd) {
        this.io = io;
        this.cells = cells;
        this.cell = cell;
        this.writer = writer;
        this.onEnd = onEnd;
    }

    @Override
    public CompletableFuture<Void> write(Supplier<CompletableFuture<Void>> write) {
        return cells.rules().writeThenCheck(write, this::check);
    }

    @Override
    public CompletableFuture<Void> ended(boolean clean) {
        return onEnd.apply(clean);
    }

    private CompletableFuture<Void> check() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        synchronized (this) {
            if (waiting != null) {
                return waiting;
            }
            waiting = mine;
        }
        io.submit("wal-fence-check", () -> {
                    begins(mine);
                    if (cells.isSet(cell, writer)) {
                        throw new FencedException("block WAL " + io.name() + " walEpoch=" + writer.walEpoch()
                                + " was fenced: its fence cell " + cell + " is set");
                    }
                    return null;
                })
                .whenComplete((unset, error) -> {
                    begins(mine); // also if the check never began
                    if (error == null) {
                        mine.complete(null);
                    } else {
                        mine.completeExceptionally(error);
                    }
                });
        return mine;
    }

    @SuppressWarnings("ReferenceEquality") // the identical check
    private synchronized void begins(CompletableFuture<Void> check) {
        if (waiting == check) {
            waiting = null;
        }
    }
}
