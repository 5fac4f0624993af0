/** Metrics of a store through OpenTelemetry: see {@link io.s3stream.metrics.opentelemetry.OpenTelemetryRecorder}. */
@NullMarked
package io.s3stream.metrics.opentelemetry;

import org.jspecify.annotations.NullMarked;
