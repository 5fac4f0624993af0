/**
 * Object storage on Amazon S3 and on what speaks its protocol. The only package that imports the AWS SDK.
 *
 * <p>{@link io.s3stream.core.storage.aws.AwsObjectStorage} puts the parts together: puts, reads, listings, deletes and
 * uploads in parts, each a small class over an {@code AwsBucket}. {@code CapabilityProbe} finds out once per bucket whether its
 * conditional writes can be trusted. {@code RequestBody} sends a body from the memory it lies in, and
 * {@code ContentReceiver} receives an object into one buffer. Futures complete on the SDK's event loops.
 */
@NullMarked
package io.s3stream.core.storage.aws;

import org.jspecify.annotations.NullMarked;
