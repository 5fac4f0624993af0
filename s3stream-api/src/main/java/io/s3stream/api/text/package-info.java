/**
 * Options in the form of text: sizes, durations and the URIs of WALs, object storages and registers.
 *
 * <p>{@link io.s3stream.api.text.Units} reads sizes and durations.
 *
 * <p>{@link io.s3stream.api.text.StoreUri} reads URIs, and {@link io.s3stream.api.text.SafeUri} shows them without secrets.
 *
 * <p>The configuration, the options of URIs and the command line share both, so that a text means the same everywhere.
 *
 * <p>Errors name the option, the text and an example of a right one.
 */
@NullMarked
package io.s3stream.api.text;

import org.jspecify.annotations.NullMarked;
