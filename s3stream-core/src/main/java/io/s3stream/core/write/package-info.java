/**
 * The write path of an open node: gate, sequencer, WAL, write cache and uploader, connected.
 *
 * <p>{@link io.s3stream.core.write.WritePath} passes failures and completions between these parts. {@code WriteParts}
 * creates and connects them. {@code WalSwitcher} replaces the WAL while appends continue. {@code RetiredWals} releases a
 * former WAL when uploads have covered it. {@code RoomMaker} frees memory for waiting appends. {@code MemoryPlan}
 * divides the configured memory.
 *
 * <p>The append context owns all mutable state. Start with {@code WritePath}; the parts are in {@code
 * core.append}, {@code core.upload} and {@code core.cache}.
 */
@NullMarked
package io.s3stream.core.write;

import org.jspecify.annotations.NullMarked;
