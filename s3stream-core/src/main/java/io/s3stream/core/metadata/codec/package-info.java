/** Varints, strings and checked envelopes: what the metadata's formats are written with. */
@NullMarked
package io.s3stream.core.metadata.codec;

import org.jspecify.annotations.NullMarked;
