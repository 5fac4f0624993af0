/**
 * The engine: opening a store, and wiring its parts.
 *
 * <p>{@link io.s3stream.core.CoreStoreProvider} is the entry that the API finds. {@link io.s3stream.core.StoreOpener}
 * opens a store step by step: runtime, object storage, metadata, recovery of the node, write path.
 * {@code S3StreamStore} and {@code ReadOnlyStore} implement the store, and {@code StoreTool} runs tools that need no
 * open store. {@link io.s3stream.core.EngineParts} creates the parts that simulations and tests replace.
 *
 * <p>Start with {@code StoreOpener}, then follow {@code S3StreamStore} into the packages of each task.
 *
 * <p>Callers use a store from any thread, so every handle is thread-safe. Work runs on serial contexts, one per task:
 * {@code append} owns the write path, and {@code metadata} the commits. Callers' futures complete on the callback
 * executor.
 */
@NullMarked
package io.s3stream.core;

import org.jspecify.annotations.NullMarked;
