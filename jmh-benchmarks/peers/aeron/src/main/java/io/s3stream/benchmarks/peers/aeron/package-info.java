/**
 * Aeron Archive as a contender: each producer has a recorded IPC publication.
 *
 * <p>Driver, archive and client share the JVM. The archive syncs file and metadata before it moves the recording
 * position ({@code fileSyncLevel=2}). An append is durable when that position has passed its end. A thread of the
 * contender watches the positions.
 *
 * <p>Start with {@link io.s3stream.benchmarks.peers.aeron.ArchiveJournal}.
 */
@NullMarked
package io.s3stream.benchmarks.peers.aeron;

import org.jspecify.annotations.NullMarked;
