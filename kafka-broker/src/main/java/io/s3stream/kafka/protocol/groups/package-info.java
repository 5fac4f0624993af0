/**
 * The requests of consumer groups: coordinators, members and committed offsets. {@link
 * io.s3stream.kafka.protocol.groups.GroupApis} adds them to the table of APIs.
 *
 * <p>Kafka's coordinator answers each request. The classes of this package make the checks that need the view of the
 * cluster, for example whether a topic exists. They also translate between the ids and the names of topics. A failed call
 * of the coordinator is answered with the request's own error response.
 */
@NullMarked
package io.s3stream.kafka.protocol.groups;

import org.jspecify.annotations.NullMarked;
