/**
 * The requests of consumer groups: coordinators, members and committed offsets. {@link
 * io.s3stream.kafka.protocol.groups.GroupApis} adds them to the table of APIs.
 *
 * <p>Kafka's coordinator answers each request. The classes of this package check what the coordinator cannot know, such as
 * whether a topic exists. They also translate between the ids and the names of topics.
 */
@NullMarked
package io.s3stream.kafka.protocol.groups;

import org.jspecify.annotations.NullMarked;
