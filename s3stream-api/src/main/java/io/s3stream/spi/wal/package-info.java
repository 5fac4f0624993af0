/**
 * The write-ahead log SPI. A backend persists opaque frames; ordering, batching and acknowledgement live in the engine.
 *
 * <p><b>The contract.</b> Once {@link io.s3stream.spi.wal.WalMedium#fence} has completed, no append of an older opener
 * completes successfully any more, and every append that had completed, together with all before it, is in the replay.
 * An append that never completed may be in the replay or not; a replay is always a gapless run of sequences.
 *
 * <p><b>The life of a generation.</b> {@code attach} the medium (taking its lock if it is exclusive), {@code prepare} a
 * descriptor, which the engine stores in the metadata by compare-and-set, then {@code create} the writer. Later, in the
 * same process or another: {@code attach}, {@code fence}, {@code replay}, and when all of it is committed to object
 * storage, {@code release}.
 */
@NullMarked
package io.s3stream.spi.wal;

import org.jspecify.annotations.NullMarked;
