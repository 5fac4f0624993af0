/**
 * The register of the metadata's head: one small value, changed by compare-and-set.
 *
 * <p>By default the register is an object of the store's own bucket. {@link
 * io.s3stream.spi.metadata.MetadataRegister} is the interface for any other. {@link
 * io.s3stream.spi.metadata.RegisterProvider} is found by {@link java.util.ServiceLoader} and chosen by URI scheme,
 * and {@link io.s3stream.spi.metadata.RegisterSource} connects to one register. The contract test of the test kit
 * states the required atomicity. Start with {@code MetadataRegister}.
 */
@NullMarked
package io.s3stream.spi.metadata;

import org.jspecify.annotations.NullMarked;
