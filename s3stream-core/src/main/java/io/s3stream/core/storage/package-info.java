/**
 * Object storages and what is built on one: in memory, in a local directory, the decorator that counts requests, the
 * metadata register over a key, and {@link io.s3stream.core.storage.ObjectStorages}, which opens them from a URI. The
 * adapter for S3 has a package of its own, the only one that knows the AWS SDK.
 *
 * <p>All pass the contract suite of the test kit, {@code ObjectStorageContract}.
 */
@NullMarked
package io.s3stream.core.storage;

import org.jspecify.annotations.NullMarked;
