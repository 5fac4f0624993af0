/**
 * The write-ahead log SPI. A backend persists opaque frames; ordering, batching and acknowledgement live in the engine.
 *
 * <p><b>The contract.</b> Once {@link io.s3stream.spi.wal.WalMedium#fence} has completed, no append of an older opener
 * completes successfully any more, and every append that had completed, together with all before it, is in the replay.
 * An append that never completed may be in the replay or not, and a medium that is written in place may show more of such
 * frames later: the sealed end in the metadata decides. A replay is always a gapless run of sequences. (An older opener may
 * <em>hear</em> after the fence of an append that had become durable before it; such a frame is in every later replay. One
 * that it issued after the fence had returned never completes successfully.)
 *
 * <p><b>The life of a generation.</b> {@code attach} the medium (taking its lock if it is exclusive), {@code prepare} a
 * descriptor, which the engine stores in the metadata by compare-and-set, then {@code create} the writer. Later, in the
 * same process or another: {@code attach}, {@code fence}, {@code replay}, and when all of it is committed to object
 * storage, {@code release}.
 */
@NullMarked
package io.s3stream.spi.wal;

import org.jspecify.annotations.NullMarked;
