/** The command-line tool: {@link io.s3stream.examples.cli.Main} and one class for each subcommand on streams. */
@NullMarked
package io.s3stream.examples.cli;

import org.jspecify.annotations.NullMarked;
