/** Metrics: a recorder that remembers, and what every adapter of a metrics library must do. */
@NullMarked
package io.s3stream.testkit.metrics;

import org.jspecify.annotations.NullMarked;
