/** How the API finds the engine. */
@NullMarked
package io.s3stream.spi;

import org.jspecify.annotations.NullMarked;
