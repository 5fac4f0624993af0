/**
 * Deletes old records of the partitions that this broker leads, as their topics' configurations ask for.
 *
 * <p>Start with {@link io.s3stream.kafka.retention.RetentionLoop}, which looks at each partition at an interval. {@link
 * io.s3stream.kafka.retention.RetentionRules} is the pure rule: the policy of a topic. The library's {@link
 * io.s3stream.api.retention.RetentionPolicy} finds the offset and trims.
 *
 * <p>The loop also repairs the catalogue after brokers that died while they changed it.
 */
@NullMarked
package io.s3stream.kafka.retention;

import org.jspecify.annotations.NullMarked;
