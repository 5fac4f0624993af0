/**
 * Metadata: a pure state machine, a log of its commands kept in object storage, and a register that orders them.
 *
 * <p>{@link io.s3stream.core.metadata.Command}s are applied to {@code MetadataState}, which validates them whatever
 * callers do; {@code MetadataClient} makes them durable in groups by one compare-and-set on the head.
 */
@NullMarked
package io.s3stream.core.metadata;

import org.jspecify.annotations.NullMarked;
