/**
 * The HTTP endpoint of a broker, for operators: metrics in the text format of Prometheus, and readiness.
 *
 * <p>Start with {@link io.s3stream.kafka.metrics.HttpEndpoint}.
 *
 * <p>{@link io.s3stream.kafka.metrics.PrometheusRecorder} receives the metrics of the store; {@code docs/metrics.md}
 * lists them.
 *
 * <p>Working threads add to the instruments without a lock. The thread of the endpoint reads them.
 */
@NullMarked
package io.s3stream.kafka.metrics;

import org.jspecify.annotations.NullMarked;
