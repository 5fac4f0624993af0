/**
 * The metrics of the engine: one class per area, with a method for each event of that area.
 *
 * <p>{@link io.s3stream.core.metrics.StoreMetrics} holds one instance of each class; start there. All classes report to
 * the host's recorder through {@link io.s3stream.core.metrics.Instruments}, which catches every exception of the
 * recorder. The metrics depend on no other part of the engine, so that every part may use them.
 *
 * <p>Every type is thread-safe, and belongs to no thread. {@code docs/metrics.md} explains each metric, and names those
 * to alarm on.
 */
@NullMarked
package io.s3stream.core.metrics;

import org.jspecify.annotations.NullMarked;
