/**
 * The common parts of all subcommands of the tool: the terminal, the options that name a store, reading a stream to its
 * end, and starting the tool as a child process.
 */
@NullMarked
package io.s3stream.cli.terminal;

import org.jspecify.annotations.NullMarked;
