/**
 * Small programs that embed S3Stream.
 *
 * <p>{@link io.s3stream.examples.Quickstart} is the snippet of the README: it opens a store, appends a record and
 * reads it back. All code here uses the public API only, and can serve as a start for an embedder. Start with
 * {@code Quickstart}. Larger examples are the subcommands of the command-line tool, in the module {@code
 * s3stream-cli}.
 */
@NullMarked
package io.s3stream.examples;

import org.jspecify.annotations.NullMarked;
