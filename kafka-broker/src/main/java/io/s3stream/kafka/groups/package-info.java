/**
 * Consumer groups. Kafka's own {@code GroupCoordinatorService} holds the groups and their committed offsets. This package
 * gives it a log to write to and to load from: a partition of the topic {@code __consumer_offsets}, which is an ordinary
 * topic of the catalogue.
 *
 * <p>The coordinator of a group is the broker that leads the group's partition. {@link
 * io.s3stream.kafka.groups.GroupCoordinators} elects the coordinator of a partition when this broker opens its log, and
 * resigns it when the log is closed.
 *
 * <p>The log of a partition stays bounded. An {@link io.s3stream.kafka.groups.OffsetsCleaning} appends the latest value of
 * each live key again and then trims all earlier records.
 */
@NullMarked
package io.s3stream.kafka.groups;

import org.jspecify.annotations.NullMarked;
