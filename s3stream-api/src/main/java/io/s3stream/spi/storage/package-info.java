/**
 * Object storage as the engine needs it: conditional writes, ranged reads, listings. Implementations pass the contract
 * suite of the test kit.
 */
@NullMarked
package io.s3stream.spi.storage;

import org.jspecify.annotations.NullMarked;
