/**
 * The log of metadata commands in object storage: one head under compare-and-set, batches of commands,
 * checkpoints.
 *
 * <p>{@link io.s3stream.core.metadata.log.MetadataClientImpl} collects commands and commits them in batches
 * ({@code Commit}). {@code Replica} holds the state that this process has read. {@code LogLoader} reads checkpoint
 * and batches behind a head. {@code LogCompactor} writes checkpoints; the replica tells it of each new head. {@code
 * MetadataObjectDeleter} deletes objects that the log no longer needs. {@code CommitPacer} spaces commits under
 * contention, and {@code RetryScope} bounds all retries.
 *
 * <p>The metadata context owns replica, commit and pacer. Start with {@code MetadataClientImpl}, then {@code
 * Commit}.
 */
@NullMarked
package io.s3stream.core.metadata.log;

import org.jspecify.annotations.NullMarked;
