/**
 * Object storage on Amazon S3 and on what speaks its protocol. The only package that imports the AWS SDK.
 *
 * <p>{@link io.s3stream.storage.s3.AwsObjectStorage} puts the parts together: puts, reads, listings, deletes and
 * uploads in parts, each a small class over an {@code AwsBucket}. {@code RequestBody} sends a body from the memory it lies in, and
 * {@code ContentReceiver} receives an object into one buffer. Futures complete on the SDK's event loops.
 *
 * <p>No single answer is final. The SDK repeats a request after a failure of the server or the network. {@code AwsBucket} repeats it
 * after an odd answer, as a refusal, and signs it anew. {@code AwsReads} believes that an object is absent when two requests say so, and asks
 * again when {@code Received} does not fit the request. {@code AwsPuts} looks at the object when a success has no ETag. A refusal that
 * lasts becomes a {@code StorageException} if {@code ProvenAccess} knows that the same use was allowed before, and an {@code
 * InvalidRequestException} otherwise. {@code PatientProbe} opens a bucket, and {@code CapabilityProbe} finds out once per bucket whether its
 * conditional writes can be trusted.
 *
 * <p>A storage has one client, with at most 256 connections, and one group of event loops. {@code RequestLanes}
 * shares the connections: requests of the WAL and the metadata never wait for uploads, reads, compaction, listings or deletions.
 */
@NullMarked
package io.s3stream.storage.s3;

import org.jspecify.annotations.NullMarked;
