/**
 * Retention of a stream's records by time and by size, on top of the public API.
 *
 * <p>{@link io.s3stream.api.retention.RetentionPolicy} states the limits and applies them to one open stream. A policy
 * only trims. {@link io.s3stream.api.retention.RetentionTask} applies
 * policies periodically to all streams that a host attaches, on a scheduler of the host. Start with {@code
 * RetentionPolicy}.
 */
@NullMarked
package io.s3stream.api.retention;

import org.jspecify.annotations.NullMarked;
