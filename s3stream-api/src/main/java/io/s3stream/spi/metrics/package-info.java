/**
 * The metrics of a store, in terms of no vendor: counters, histograms and gauges, each described by a name, a unit and
 * a few fixed labels. A host hands a {@link io.s3stream.spi.metrics.MetricsRecorder} to the store's builder; there are
 * ready ones for Micrometer and OpenTelemetry in modules of their own. All metrics are listed in {@code
 * docs/metrics.md}.
 */
@NullMarked
package io.s3stream.spi.metrics;

import org.jspecify.annotations.NullMarked;
