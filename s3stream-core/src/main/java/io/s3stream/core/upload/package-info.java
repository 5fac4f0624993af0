/**
 * The path from the write cache to object storage.
 *
 * <p>Frozen segments become objects, one commit makes the objects part of the metadata, and only then is the WAL
 * trimmed. {@link io.s3stream.core.upload.Uploader} decides when to freeze, write and commit, and is the place to start
 * reading. {@link io.s3stream.core.upload.ObjectGrouping} divides a segment among objects. {@link
 * io.s3stream.core.upload.ObjectWriter} writes them with retries, by an {@code ObjectPlan}. {@link
 * io.s3stream.core.upload.CommitOrder} keeps commits in order. {@link io.s3stream.core.upload.KeysInFlight} protects
 * uncommitted objects from sweeps.
 *
 * <p>The {@code append} context owns the state of {@code Uploader} and {@code Backlog}. The {@code upload} context lays
 * out objects and handles the answers of object storage. {@code KeysInFlight} is thread-safe.
 */
@NullMarked
package io.s3stream.core.upload;

import org.jspecify.annotations.NullMarked;
