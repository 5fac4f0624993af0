/**
 * What all subcommands of the tool share: the terminal they talk to, the options that name a store, reading a stream to
 * its end, and starting the tool again as a child process.
 */
@NullMarked
package io.s3stream.cli.terminal;

import org.jspecify.annotations.NullMarked;
