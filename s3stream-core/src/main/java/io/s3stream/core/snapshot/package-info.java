/**
 * Immutable snapshots of the metadata, and watches that tell their changes.
 *
 * <p>{@code FrozenMetadata} is one snapshot: persistent trees of streams by id and by name, so that the next snapshot
 * shares all unchanged parts. {@code Freezer} makes each snapshot from the one before and the ids that batches have
 * changed since. {@code MetadataFeed} freezes the state when it has changed and tells the {@code Watch}es, and {@code
 * PendingUpdate} merges the changes that a slow listener has not received. Start with {@code MetadataFeed}.
 */
@NullMarked
package io.s3stream.core.snapshot;

import org.jspecify.annotations.NullMarked;
