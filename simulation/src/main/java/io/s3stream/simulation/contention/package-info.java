/** How many nodes one register carries: commits a second, latency, waste and fairness, measured in virtual time. */
@NullMarked
package io.s3stream.simulation.contention;

import org.jspecify.annotations.NullMarked;
