/**
 * The write-ahead log SPI. A backend persists opaque frames; the engine orders, batches and acknowledges.
 *
 * <p><b>The contract.</b> Once {@link io.s3stream.spi.wal.WalMedium#fence} has completed, no later append of an older
 * opener succeeds. Every append that had completed is in the replay, together with all earlier appends. An append that
 * never completed may be in the replay or not. A medium that is written in place may show more of such frames later:
 * the sealed end in the metadata decides. A replay is always a gapless run of sequences. (An older opener may receive,
 * after the fence, the completion of an append that was durable before the fence; such a frame is in every later
 * replay. An append that it issued after the fence had returned never succeeds.)
 *
 * <p><b>The life of a generation.</b> {@code attach} the medium (taking its lock if it is exclusive), {@code prepare} a
 * descriptor, which the engine stores in the metadata by compare-and-set, then {@code create} the writer. Later, in the
 * same process or another: {@code attach}, {@code fence}, {@code replay}, and when all of it is committed to object
 * storage, {@code release}.
 */
@NullMarked
package io.s3stream.spi.wal;

import org.jspecify.annotations.NullMarked;
