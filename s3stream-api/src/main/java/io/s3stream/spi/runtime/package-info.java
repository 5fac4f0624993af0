/**
 * Everything that waits, schedules or runs concurrently. The engine and the WALs take time, threads and randomness from
 * here only, so that a simulation can own all three.
 */
@NullMarked
package io.s3stream.spi.runtime;

import org.jspecify.annotations.NullMarked;
