/**
 * Time, threads and randomness of the engine.
 *
 * <p>The engine and the WALs wait, schedule and run concurrently through {@link
 * io.s3stream.spi.runtime.EngineRuntime} only, so that a simulation can replace all three. A {@link
 * io.s3stream.spi.runtime.SerialContext} runs tasks one after the other and owns mutable state. An {@link
 * io.s3stream.spi.runtime.IoExecutor} runs blocking I/O. {@link io.s3stream.spi.runtime.Permits} is an
 * asynchronous semaphore. Start with {@code EngineRuntime}.
 */
@NullMarked
package io.s3stream.spi.runtime;

import org.jspecify.annotations.NullMarked;
