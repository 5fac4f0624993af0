/**
 * Options of the S3 client, and the addresses of buckets. Values only: nothing here makes a request.
 *
 * <p>{@link io.s3stream.storage.s3.options.S3Options} holds the options, and {@link
 * io.s3stream.storage.s3.options.S3OptionsBuilder} documents and checks each of them.
 *
 * <p>{@link io.s3stream.storage.s3.options.S3Location} reads a storage URI. Options of the URI replace those of the host.
 *
 * <p>Every error names the option, its value and the remedy. A value that may be a secret is not repeated.
 */
@NullMarked
package io.s3stream.storage.s3.options;

import org.jspecify.annotations.NullMarked;
