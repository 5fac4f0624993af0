/**
 * The common parts of all subcommands of the tool.
 *
 * <p>{@code StoreCommand} is the superclass of commands that need a store, and {@code StoreOptions} the options
 * that name it. {@code Terminal}, {@code Output} and {@code ProgressBar} print. {@code StandardInput} and {@code
 * LineReader} read lines. {@code ChildTool} starts the tool as a child process. All classes run on the thread of the subcommand. Start
 * with {@code StoreCommand}.
 */
@NullMarked
package io.s3stream.cli.terminal;

import org.jspecify.annotations.NullMarked;
