/**
 * Topics and partitions, as streams of the store. A topic is an empty stream {@code kafka/topic/NAME}, whose tags are
 * the topic's id, the number of its partitions, and its configuration. Each partition is a stream {@code
 * kafka/log/ID/INDEX}, named by the topic's id, with a companion {@code kafka/producers/ID/INDEX} for snapshots of its
 * producers. There is no other copy of the catalogue: {@link
 * io.s3stream.kafka.catalogue.Catalogue} reads and changes the store's metadata, and a {@link
 * io.s3stream.kafka.catalogue.ClusterView} is the result of one reading.
 */
@NullMarked
package io.s3stream.kafka.catalogue;

import org.jspecify.annotations.NullMarked;
