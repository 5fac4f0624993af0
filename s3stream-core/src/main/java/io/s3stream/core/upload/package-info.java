/**
 * From the write cache to object storage: frozen segments become objects, objects become part of the metadata in one
 * commit, and only then the WAL is trimmed.
 */
@NullMarked
package io.s3stream.core.upload;

import org.jspecify.annotations.NullMarked;
