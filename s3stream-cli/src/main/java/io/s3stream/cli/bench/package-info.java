/**
 * Measurements of a whole store: {@link io.s3stream.cli.bench.BenchCommand} and what it can measure. Latencies are
 * counted from the moment a record was due when a rate is given, so that a stall is seen by every record that had to
 * wait for it.
 */
@NullMarked
package io.s3stream.cli.bench;

import org.jspecify.annotations.NullMarked;
