/**
 * Contract suites for object storages and registers, and doubles of both. The author of a backend extends a suite and
 * inherits its tests.
 *
 * <p>Start with {@link io.s3stream.testkit.storage.ObjectStorageContract}, the suite for
 * {@link io.s3stream.spi.storage.ObjectStorage}; {@code ListingContract}, {@code MultipartContract} and
 * {@code StorageFixture} are its parts. {@link io.s3stream.testkit.storage.MetadataRegisterContract} is the suite for
 * {@link io.s3stream.spi.metadata.MetadataRegister}. {@link io.s3stream.testkit.storage.ForwardingObjectStorage} is the
 * base of test doubles, and {@link io.s3stream.testkit.storage.DirectoryBucketServer} imitates a directory bucket.
 *
 * <p>Each test owns its storage and closes it. Tests run on the test thread, except races, which use threads of their
 * own.
 */
@NullMarked
package io.s3stream.testkit.storage;

import org.jspecify.annotations.NullMarked;
