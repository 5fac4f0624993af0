/**
 * The production runtime: few, named threads. The only package of the engine that uses threads and clocks.
 *
 * <p>{@link io.s3stream.core.runtime.ThreadedRuntime} is the place to start reading. It creates {@code ThreadContext}s,
 * which run the tasks of a serial context in order, and thread pools for blocking I/O. {@link
 * io.s3stream.core.runtime.FailStopRuntime} wraps it for one store: a task that throws stops the owners of its state.
 * {@link io.s3stream.core.runtime.FailureRule} decides which failures do that.
 *
 * <p>Each serial context has one thread, which owns the context's state. Callbacks of users run on the {@code callback}
 * thread or on the host's executor, through {@code HostCallbacks}. No lock is held while a callback runs.
 */
@NullMarked
package io.s3stream.core.runtime;

import org.jspecify.annotations.NullMarked;
