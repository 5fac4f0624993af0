/**
 * Object storage on Amazon S3 and on compatible stores. The only package that imports the AWS SDK.
 *
 * <p>{@link io.s3stream.storage.s3.AwsObjectStorage} combines the parts and is the place to start reading. Puts,
 * reads, listings, deletes and uploads in parts are each a small class over an {@code AwsBucket}. {@code RequestBody}
 * sends a body from its own memory, and {@code ContentReceiver} receives an object into one buffer. Futures complete on
 * the SDK's event loops.
 *
 * <p>No single answer is final. The SDK retries after a failure of the server or the network. {@code AwsBucket} retries
 * after an odd answer, such as a refusal, with a new signature. {@code AwsReads} needs two answers to accept that an
 * object is absent, and retries when {@code Received} does not fit the request. {@code AwsPuts} reads the object when a
 * success has no ETag. A lasting refusal becomes a {@code StorageException} if {@code ProvenAccess} knows that the same
 * use was allowed before, and an {@code InvalidRequestException} otherwise. {@code PatientProbe} opens a bucket, and
 * {@code CapabilityProbe} tests once per bucket whether its conditional writes can be trusted.
 *
 * <p>A storage has one client, with at most 256 connections, and one group of event loops. {@code RequestLanes} shares
 * the connections: requests of the WAL and the metadata never wait for uploads, reads, compaction, listings or
 * deletions.
 */
@NullMarked
package io.s3stream.storage.s3;

import org.jspecify.annotations.NullMarked;
