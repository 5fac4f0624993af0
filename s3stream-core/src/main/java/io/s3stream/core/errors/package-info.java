/** How failures of futures become the library's own exceptions. */
@NullMarked
package io.s3stream.core.errors;

import org.jspecify.annotations.NullMarked;
