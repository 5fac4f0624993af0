/**
 * Subcommands on streams and nodes.
 *
 * <p>Each subcommand has a class of its own, for example {@code AppendCommand}, {@code FetchCommand}, {@code
 * TailCommand} and {@code NodesCommand}. A command declares its options, opens a store with {@code
 * terminal.StoreOptions} and prints its result to standard output. {@code AckPrinter} prints acknowledgements of
 * appends in the order of their offsets. Start with {@code AppendCommand}.
 */
@NullMarked
package io.s3stream.cli.stream;

import org.jspecify.annotations.NullMarked;
