/**
 * Which broker leads which partition. Each broker reads the catalogue, opens the partitions that it should lead and
 * that nobody has open, and gives up those that it should not lead.
 */
@NullMarked
package io.s3stream.kafka.cluster;

import org.jspecify.annotations.NullMarked;
