/**
 * Records the metrics of a store through OpenTelemetry.
 *
 * <p>Start with {@link io.s3stream.metrics.opentelemetry.OpenTelemetryRecorder}, the only type: it implements {@link
 * io.s3stream.spi.metrics.MetricsRecorder}. {@code docs/metrics.md} lists the metrics.
 *
 * <p>The host owns the OpenTelemetry instance and its threads. The engine records from its own threads; OpenTelemetry
 * calls gauges from the threads that collect. The recorder itself has no mutable state.
 */
@NullMarked
package io.s3stream.metrics.opentelemetry;

import org.jspecify.annotations.NullMarked;
