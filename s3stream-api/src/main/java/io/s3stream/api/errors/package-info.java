/**
 * The exceptions of the library. They have one unchecked root, {@link io.s3stream.api.errors.StreamException}. A
 * subclass exists where callers react differently, or act on facts that it carries.
 */
@NullMarked
package io.s3stream.api.errors;

import org.jspecify.annotations.NullMarked;
