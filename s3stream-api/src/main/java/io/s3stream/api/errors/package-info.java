/** What can go wrong: one unchecked root, and a subclass only where callers act differently. */
@NullMarked
package io.s3stream.api.errors;

import org.jspecify.annotations.NullMarked;
