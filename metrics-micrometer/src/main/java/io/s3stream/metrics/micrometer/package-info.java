/** Metrics of a store in a Micrometer registry: see {@link io.s3stream.metrics.micrometer.MicrometerRecorder}. */
@NullMarked
package io.s3stream.metrics.micrometer;

import org.jspecify.annotations.NullMarked;
