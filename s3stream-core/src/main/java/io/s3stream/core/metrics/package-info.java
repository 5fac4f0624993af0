/**
 * What the engine tells about itself: one class an area, with a method for each thing that can happen there. They know no
 * part of the engine, so that every part may know them. {@link io.s3stream.core.metrics.StoreMetrics} holds one of each; they
 * talk to the host's recorder through {@link io.s3stream.core.metrics.Instruments}, which survives whatever it throws. What
 * each metric means, and what to alarm on, is in {@code docs/metrics.md}.
 */
@NullMarked
package io.s3stream.core.metrics;

import org.jspecify.annotations.NullMarked;
