/** The register of the metadata's head: one small value, changed by compare-and-set. */
@NullMarked
package io.s3stream.spi.metadata;

import org.jspecify.annotations.NullMarked;
