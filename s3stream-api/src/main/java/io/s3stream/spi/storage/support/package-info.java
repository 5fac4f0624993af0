/**
 * Helpers for implementations of the object-storage SPI.
 *
 * <p>{@link io.s3stream.spi.storage.support.ObjectKeys} checks keys, {@link
 * io.s3stream.spi.storage.support.StorageUri} reads the options of a storage URI, {@link
 * io.s3stream.spi.storage.support.Extent} cuts a byte range to the size of an object, and {@link
 * io.s3stream.spi.storage.support.PartNumbers} checks the parts of an upload. Stateless. Start with {@code
 * StorageUri}.
 */
@NullMarked
package io.s3stream.spi.storage.support;

import org.jspecify.annotations.NullMarked;
