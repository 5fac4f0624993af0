/**
 * The command-line tool, {@code bin/s3stream}.
 *
 * <p>{@link io.s3stream.cli.Main} dispatches to one class per subcommand: commands on streams and nodes in {@code
 * stream}, {@code verify}, {@code rebuild} and {@code explain} in {@code check}, WAL commands in {@code wal},
 * benchmarks in {@code bench}, and the guided tour in {@code demo}. The package {@code terminal} holds options,
 * output and progress bars that the commands share. Start with {@code Main}.
 */
@NullMarked
package io.s3stream.cli;

import org.jspecify.annotations.NullMarked;
