/**
 * Programs that embed S3Stream. {@link io.s3stream.examples.Quickstart} is the README's snippet; the command-line tool
 * starts at {@link io.s3stream.cli.Main}. Everything here uses the public API only, so all of it can serve as
 * an example of how to.
 */
@NullMarked
package io.s3stream.examples;

import org.jspecify.annotations.NullMarked;
