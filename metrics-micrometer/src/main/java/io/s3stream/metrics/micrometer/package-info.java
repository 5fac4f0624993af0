/**
 * Records the metrics of a store in a Micrometer registry.
 *
 * <p>Start with {@link io.s3stream.metrics.micrometer.MicrometerRecorder}, the only type: it implements {@link
 * io.s3stream.spi.metrics.MetricsRecorder}. {@code docs/metrics.md} lists the metrics.
 *
 * <p>The host owns the registry and its threads. The engine records from its own threads; the registry calls gauges
 * from the threads that read it. The recorder itself has no mutable state.
 */
@NullMarked
package io.s3stream.metrics.micrometer;

import org.jspecify.annotations.NullMarked;
