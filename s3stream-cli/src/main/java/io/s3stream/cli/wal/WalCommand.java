package io.s3stream.cli.wal;

import io.s3stream.cli.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Groups the commands about write-ahead logs. */
@Command(description = "Looks at write-ahead logs and moves a node from one to another.")
public final class WalCommand {

    private WalCommand() {}

    public static CommandLine withSubcommands(Terminal terminal) {
        return new CommandLine(new WalCommand())
                .addSubcommand("inspect", new InspectCommand(terminal))
                .addSubcommand("switch", new SwitchCommand(terminal));
    }
}
