package io.s3stream.spi.wal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The writer of one generation. The engine calls it from one serial context. A failed append ends the generation: every
 * later append fails too, and the writer retries no write on the medium.
 *
 * <p><b>Deadline.</b> An append completes within {@link io.s3stream.api.StoreConfig#walTimeout()}, 10 seconds by
 * default. If no append completes between once and twice that time, the engine leaves the WAL for the fallback. Without
 * a fallback it tells {@link io.s3stream.api.StoreListener#unreachable} and waits; {@link
 * io.s3stream.api.StreamStore#switchWal} leaves the WAL.
 */
public interface WriteAheadLog extends AutoCloseable {

    WalProfile profile();

    /**
     * Returns how much longer the engine fills a frame although the WAL is free. Zero issues the frame now. The engine
     * asks at the frame's first append, and again after each time that it was told. It never asks if
     * {@link WalProfile#linger} is zero. It issues a full frame without asking.
     */
    default Duration linger(FillingFrame frame) {
        Duration left = profile().linger().minus(frame.age());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * Reserves space for the next frame.
     *
     * @param frameBytes a multiple of the alignment, at most {@code maxFrameBytes}
     * @return its position, or -1 while the WAL is full: ask again after a {@link #trim}
     */
    long reserve(int frameBytes);

    /**
     * Writes a frame into the space reserved last. Several appends may be in flight. Deadline: that of the writer.
     *
     * @return completes, on any thread and in any order, when the frame is durable and the writer is known not to have
     *     been fenced. Never completes, also not with a failure, while the writer still reads the frame's bytes.
     */
    CompletableFuture<Void> append(WalFrame frame);

    /** Frees the space before {@code position}. Not a durability point. */
    void trim(long position);

    /** Bytes between the last trim and the last reservation. */
    long usedBytes();

    /**
     * Completes when no I/O is in flight; the futures of appends complete then, or a moment later. The medium stays
     * attached. Deadline: 5 seconds. Then a closing store logs a warning and closes the medium.
     */
    CompletableFuture<Void> closeAsync();

    @Override
    default void close() {
        closeAsync().join();
    }
}
