/**
 * The write path of an open node: gate, sequencer, WAL, write cache and uploader, connected.
 *
 * <p>{@link io.s3stream.core.write.WritePath} creates these parts and passes failures and completions between
 * them. {@code WalSwitcher} replaces the WAL while appends continue. {@code RetiredWals} releases a former WAL
 * when uploads have covered it. {@code MemoryPlan} divides the configured memory.
 *
 * <p>The append context owns all mutable state. Start with {@code WritePath}; the parts are in {@code
 * core.append}, {@code core.upload} and {@code core.cache}.
 */
@NullMarked
package io.s3stream.core.write;

import org.jspecify.annotations.NullMarked;
