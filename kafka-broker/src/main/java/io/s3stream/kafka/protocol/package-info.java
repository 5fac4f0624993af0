/**
 * The requests of the protocol, a class for each family. {@link io.s3stream.kafka.protocol.ApiTable} lists what this
 * broker supports, with versions; ApiVersions tells it to clients.
 */
@NullMarked
package io.s3stream.kafka.protocol;

import org.jspecify.annotations.NullMarked;
