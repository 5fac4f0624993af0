package io.s3stream.cli.bench;

import io.s3stream.cli.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Groups the commands that measure a whole store. */
@Command(description = "Measures a whole store.", synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand {

    private BenchCommand() {}

    public static CommandLine withSubcommands(Terminal terminal) {
        return new CommandLine(new BenchCommand())
                .addSubcommand("append", new AppendBench(terminal.out()))
                .addSubcommand("tail", new TailBench(terminal.out()))
                .addSubcommand("catchup", new CatchUpBench(terminal.out()))
                .addSubcommand("recover", new RecoverBench(terminal.out()))
                .addSubcommand("takeover", new TakeOverBench(terminal.out()))
                .addSubcommand("move", new MoveBench(terminal.out()))
                .addSubcommand("fill", new FillCommand(terminal.out()));
    }
}
