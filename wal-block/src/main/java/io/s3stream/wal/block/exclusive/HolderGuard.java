package io.s3stream.wal.block.exclusive;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.format.Superblock;
import io.s3stream.wal.block.format.WritingNote;
import io.s3stream.wal.block.ring.WriterGuard;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards the writer of an exclusive medium (R39). It notes on the medium that the holder writes, checks the fence cell
 * before and after each write, and notes that the holder has ended. Immutable; thread-safe.
 */
final class HolderGuard implements WriterGuard {

    private static final Logger log = LoggerFactory.getLogger(HolderGuard.class);

    private static final int END_ATTEMPTS = 3;

    private final MediumIo io;
    private final HolderCell cell;
    private final Superblock superblock;
    private final long walEpoch;
    private final long mediumBytes;

    /** Completes when the medium notes that the holder writes. No frame is written before. */
    private final CompletableFuture<Void> begun;

    /** @param mediumBytes the bytes of the medium up to the end of the ring */
    HolderGuard(MediumIo io, HolderCell cell, long walEpoch, long mediumBytes) {
        this.io = io;
        this.cell = cell;
        this.superblock = new Superblock(io.device(), io.allocator());
        this.walEpoch = walEpoch;
        this.mediumBytes = mediumBytes;
        this.begun = note("wal-begin", true);
    }

    private CompletableFuture<Void> note(String operation, boolean isWriting) {
        WritingNote note = new WritingNote(cell.mine().token(), walEpoch, isWriting);
        return io.submit(operation, () -> {
            cell.requireMine();
            superblock.writeWriting(note);
            return null;
        });
    }

    /** Notes the end of the writer, with retries, because a missing note makes the medium refuse other processes. */
    private CompletableFuture<Void> noteEnd(int attempts) {
        return note("wal-end", false).exceptionallyCompose(error -> {
            Throwable cause = error.getCause() == null ? error : error.getCause();
            return attempts > 1 && cause instanceof StorageException
                    ? noteEnd(attempts - 1)
                    : CompletableFuture.failedFuture(cause);
        });
    }

    @Override
    public CompletableFuture<Void> write(Supplier<CompletableFuture<Void>> write) {
        return begun.isDone() && !begun.isCompletedExceptionally()
                ? write.get()
                : begun.thenCompose(noted -> write.get());
    }

    @Override
    public void look() throws IOException {
        cell.requireMine();
    }

    @Override
    public void lookAgain() throws IOException {
        cell.requireMine();
        io.device().requireKept(mediumBytes);
    }

    @Override
    public CompletableFuture<Void> ended(boolean clean) {
        return begun.handle((noted, error) -> error)
                .thenCompose(error -> clean ? noteEnd(END_ATTEMPTS) : CompletableFuture.<Void>completedFuture(null))
                .exceptionally(error -> {
                    Throwable cause = error.getCause() == null ? error : error.getCause();
                    if (cause instanceof FencedException) {
                        log.debug("block WAL {} walEpoch={}: {}", io.name(), walEpoch, cause.getMessage());
                        return null; // the note belongs to another holder
                    }
                    log.warn(
                            "block WAL {} walEpoch={}: the end of its writer could not be noted ({}); other processes of"
                                    + " this host are refused until this process ends",
                            io.name(),
                            walEpoch,
                            cause.toString());
                    return null;
                });
    }
}
