/**
 * Runtimes with real threads, for tests.
 *
 * <p>Start with {@link io.s3stream.testkit.runtime.ThreadedTestRuntime}. It implements {@link
 * io.s3stream.spi.runtime.EngineRuntime} for tests of a single part without the engine. For virtual time and simulated
 * crashes, see {@link io.s3stream.testkit.sim.SimNode}. {@link io.s3stream.testkit.runtime.PatientWaits} lets conditions of
 * tests wait for a busy machine.
 *
 * <p>The test owns the runtime and closes it. The runtime owns one thread for each serial context and a pool for each
 * I/O executor, and waits for all of them when it is closed.
 */
@NullMarked
package io.s3stream.testkit.runtime;

import org.jspecify.annotations.NullMarked;
