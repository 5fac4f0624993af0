/** Where the head of the metadata lives: one small value, changed by compare-and-set. */
@NullMarked
package io.s3stream.spi.metadata;

import org.jspecify.annotations.NullMarked;
