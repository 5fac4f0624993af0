/**
 * The client of the AWS SDK: connections, timeouts, retries, proxy and trust.
 *
 * <p>{@link io.s3stream.storage.s3.client.AwsClients} builds a client from the options of the host and the URI, or wraps
 * the host's own client.
 *
 * <p>{@code TrustedAuthorities} reads a file of certificates.
 *
 * <p>The storage owns its connection. Closing it closes the client, except the host's own.
 */
@NullMarked
package io.s3stream.storage.s3.client;

import org.jspecify.annotations.NullMarked;
