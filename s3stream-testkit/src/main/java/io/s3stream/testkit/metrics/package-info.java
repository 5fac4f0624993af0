/**
 * Test support for metrics.
 *
 * <p>Start with {@link io.s3stream.testkit.metrics.RecordedMetrics}, a recorder that keeps all values in memory. Tests
 * give it to a store and read the values. {@link io.s3stream.testkit.metrics.MetricsRecorderContract} is the JUnit
 * suite that every adapter to a metrics library must pass: extend it and implement its abstract methods.
 *
 * <p>The engine records from its own threads, and {@code RecordedMetrics} is thread-safe. The contract runs on the test
 * thread.
 */
@NullMarked
package io.s3stream.testkit.metrics;

import org.jspecify.annotations.NullMarked;
