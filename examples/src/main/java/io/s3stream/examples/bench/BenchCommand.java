package io.s3stream.examples.bench;

import io.s3stream.examples.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The group of measurements. */
@Command(name = "bench", description = "Measures a whole store.", synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand {

    private BenchCommand() {}

    public static CommandLine withSubcommands(Terminal terminal) {
        return new CommandLine(new BenchCommand());
    }
}
