/**
 * Topics and partitions, as streams of the store. A topic is an empty stream {@code kafka/topic/NAME}, whose tags are
 * the topic's id and configuration. Each partition is a stream {@code kafka/log/NAME/INDEX}, with a companion
 * {@code kafka/producers/NAME/INDEX}. There is no other copy of
 * the catalogue: {@link io.s3stream.kafka.catalogue.Catalogue} reads and changes the store's metadata, and a {@link
 * io.s3stream.kafka.catalogue.ClusterView} is what one reading found.
 */
@NullMarked
package io.s3stream.kafka.catalogue;

import org.jspecify.annotations.NullMarked;
