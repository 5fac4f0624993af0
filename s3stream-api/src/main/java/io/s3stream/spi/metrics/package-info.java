/**
 * The metrics of a store, independent of any vendor: counters, histograms and gauges, each with a name, a unit and
 * a few fixed labels.
 *
 * <p>A host passes a {@link io.s3stream.spi.metrics.MetricsRecorder} to the store's builder. Modules of their own
 * contain recorders for Micrometer and OpenTelemetry. The recorder is called on hot paths from any thread, so it
 * must not block. The document {@code docs/metrics.md} lists all metrics. Start with {@code MetricsRecorder}.
 */
@NullMarked
package io.s3stream.spi.metrics;

import org.jspecify.annotations.NullMarked;
