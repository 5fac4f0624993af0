/**
 * Programs that embed S3Stream. {@link io.s3stream.examples.Quickstart} is the README's snippet. The command-line tool
 * starts at {@link io.s3stream.cli.Main}. All code here uses the public API only, and can serve as an example.
 */
@NullMarked
package io.s3stream.examples;

import org.jspecify.annotations.NullMarked;
