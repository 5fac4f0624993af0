/**
 * The journal of Apache ActiveMQ Artemis as a contender.
 *
 * <p>Settings are those of a new broker: files of 10 MiB, a pool of ten files, data sync. Variant {@code aio} uses
 * libaio with the native library in Artemis's jar. Variant {@code nio} uses file channels. Records are events, which
 * the journal does not keep in memory, so that it reuses its files.
 *
 * <p>Start with {@link io.s3stream.benchmarks.peers.artemis.ArtemisJournal}.
 */
@NullMarked
package io.s3stream.benchmarks.peers.artemis;

import org.jspecify.annotations.NullMarked;
