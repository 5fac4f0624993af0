/**
 * The exceptions of the library.
 *
 * <p>They have one unchecked root, {@link io.s3stream.api.errors.StreamException}, whose kind says how a caller
 * should react. A subclass exists where callers react differently, or act on facts that it carries: {@link
 * io.s3stream.api.errors.StreamOpenElsewhereException} names the owner of a stream, {@link
 * io.s3stream.api.errors.OffsetConflictException} the next offset. Start with {@code StreamException}.
 */
@NullMarked
package io.s3stream.api.errors;

import org.jspecify.annotations.NullMarked;
