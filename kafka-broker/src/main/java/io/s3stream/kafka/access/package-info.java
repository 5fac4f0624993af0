/**
 * Access control lists. {@link io.s3stream.kafka.access.Access} answers whether the principal of a request may do
 * something; every handler of a request asks it. Start there.
 *
 * <p>Kafka's own {@code StandardAuthorizer} applies the rules, so precedence, prefixes, wildcards and super users are those
 * of Kafka. This package keeps its bindings: {@link io.s3stream.kafka.access.AclStore} writes each binding as an empty
 * stream of the store, and {@link io.s3stream.kafka.access.AclIndex} follows them with the watch of the metadata. All
 * brokers therefore see a change, and the changes of a request are one commit.
 */
@NullMarked
package io.s3stream.kafka.access;

import org.jspecify.annotations.NullMarked;
