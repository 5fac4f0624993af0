/**
 * Implementations and decorators of object storage: in memory, in a local directory, and on S3.
 *
 * <p>Start with {@link io.s3stream.core.storage.ObjectStorages}, which opens a storage from a URI. {@link
 * io.s3stream.core.storage.MemoryObjectStorage} and {@link io.s3stream.core.storage.DirectoryObjectStorage} are the
 * simple ones. The adapter for S3 has a package of its own, because only that package uses the AWS SDK. {@link
 * io.s3stream.core.storage.CheckedObjectStorage} enforces the contract, {@link
 * io.s3stream.core.storage.MeteredObjectStorage} counts requests, and {@link
 * io.s3stream.core.storage.ReadOnlyObjectStorage} refuses writes. {@link io.s3stream.core.storage.StorageRegister} is a
 * metadata register in one object. All pass the contract suite of the test kit, {@code ObjectStorageContract}.
 *
 * <p>All storages are thread-safe. The memory storage works on the caller's thread, the directory on the {@code
 * storage} threads, and S3 on the SDK's event loops.
 */
@NullMarked
package io.s3stream.core.storage;

import org.jspecify.annotations.NullMarked;
