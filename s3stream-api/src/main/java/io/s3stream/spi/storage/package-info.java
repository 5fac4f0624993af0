/**
 * Object storage as the engine needs it: conditional writes, ranged reads, listings.
 *
 * <p>{@link io.s3stream.spi.storage.ObjectStorage} is the interface; its Javadoc states atomicity, versions,
 * ownership of buffers, and deadlines. {@link io.s3stream.spi.storage.ObjectStorageProvider} is found by {@link
 * java.util.ServiceLoader} and chosen by URI scheme. Implementations pass the contract suite of the test kit,
 * {@code ObjectStorageContract}. Start with {@code ObjectStorage}.
 */
@NullMarked
package io.s3stream.spi.storage;

import org.jspecify.annotations.NullMarked;
