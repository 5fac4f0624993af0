/**
 * Subcommands on streams and nodes.
 *
 * <p>Each subcommand has a class of its own, for example {@code AppendCommand}, {@code FetchCommand}, {@code TailCommand} and
 * {@code NodesCommand}. Each declares its options, opens a store with {@code terminal.StoreOptions} and prints its
 * result. {@code AckPrinter} prints acknowledgements of appends in order. Start with {@code AppendCommand}.
 */
@NullMarked
package io.s3stream.cli.stream;

import org.jspecify.annotations.NullMarked;
