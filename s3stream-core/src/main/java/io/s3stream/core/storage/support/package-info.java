/**
 * Rules that all object storages share.
 *
 * <p>{@link io.s3stream.core.storage.support.ObjectKeys} checks keys and listing limits. {@link
 * io.s3stream.core.storage.support.PartNumbers} checks the parts of an upload. {@link
 * io.s3stream.core.storage.support.Extent} cuts a range to an object's size. {@link
 * io.s3stream.core.storage.support.StorageUri} parses storage URIs and refuses credentials in them.
 *
 * <p>Start with {@code ObjectKeys}. All functions are stateless and may run on any thread.
 */
@NullMarked
package io.s3stream.core.storage.support;

import org.jspecify.annotations.NullMarked;
