package io.s3stream.cli;

import io.s3stream.api.errors.StreamException;
import io.s3stream.cli.bench.BenchCommand;
import io.s3stream.cli.bench.isolation.IsolationBench;
import io.s3stream.cli.check.ExplainCommand;
import io.s3stream.cli.check.KeptCommand;
import io.s3stream.cli.check.RebuildCommand;
import io.s3stream.cli.check.VerifyCommand;
import io.s3stream.cli.demo.DemoCommand;
import io.s3stream.cli.stream.AppendCommand;
import io.s3stream.cli.stream.CreateCommand;
import io.s3stream.cli.stream.DeleteCommand;
import io.s3stream.cli.stream.FetchCommand;
import io.s3stream.cli.stream.InfoCommand;
import io.s3stream.cli.stream.ListCommand;
import io.s3stream.cli.stream.NodesCommand;
import io.s3stream.cli.stream.OffsetCommand;
import io.s3stream.cli.stream.ReleaseCommand;
import io.s3stream.cli.stream.SizeCommand;
import io.s3stream.cli.stream.TailCommand;
import io.s3stream.cli.stream.TakeOverCommand;
import io.s3stream.cli.stream.TrimCommand;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.OutputException;
import io.s3stream.cli.terminal.Terminal;
import io.s3stream.cli.terminal.ToolException;
import io.s3stream.cli.wal.WalCommand;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command-line tool. Data goes to standard output, an error is one line on standard error. */
@Command(
        name = "s3stream",
        description = "Streams on object storage.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        version = "s3stream 0.1.0-SNAPSHOT",
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {

    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    /** The exit code that a shell reports for a process that SIGPIPE ended. */
    private static final int BROKEN_PIPE = 141;

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "With an error, print its stack trace.")
    private boolean stacktrace;

    public static void main(String[] args) {
        System.exit(run(Terminal.standard(), args));
    }

    /** Runs one command. Returns its exit code. */
    public static int run(Terminal terminal, String... args) {
        Main main = new Main();
        CommandLine line = new CommandLine(main)
                .addSubcommand("demo", new DemoCommand(terminal))
                .addSubcommand("append", new AppendCommand(terminal))
                .addSubcommand("fetch", new FetchCommand(terminal))
                .addSubcommand("tail", new TailCommand(terminal))
                .addSubcommand("trim", new TrimCommand(terminal))
                .addSubcommand("offset", new OffsetCommand(terminal))
                .addSubcommand("size", new SizeCommand(terminal))
                .addSubcommand("ls", new ListCommand(terminal))
                .addSubcommand("info", new InfoCommand(terminal))
                .addSubcommand("nodes", new NodesCommand(terminal))
                .addSubcommand("takeover", new TakeOverCommand(terminal))
                .addSubcommand("release", new ReleaseCommand(terminal))
                .addSubcommand("create", new CreateCommand(terminal))
                .addSubcommand("delete", new DeleteCommand(terminal))
                .addSubcommand("verify", new VerifyCommand(terminal))
                .addSubcommand("rebuild", new RebuildCommand(terminal))
                .addSubcommand("kept", new KeptCommand(terminal))
                .addSubcommand("explain", new ExplainCommand(terminal))
                .addSubcommand("wal", WalCommand.withSubcommands(terminal))
                .addSubcommand(
                        "bench",
                        BenchCommand.withSubcommands(terminal)
                                .addSubcommand("isolation", new IsolationBench(terminal.out())));
        line.setParameterExceptionHandler((error, given) -> {
            String command = error.getCommandLine().getCommandSpec().qualifiedName();
            terminal.err().println(oneLine(String.valueOf(error.getMessage())) + " (see '" + command + " --help')");
            main.trace(error, terminal);
            return MISUSED;
        });
        line.setExecutionExceptionHandler((error, command, parsed) -> main.failed(error, terminal));
        return line.execute(args);
    }

    private int failed(Exception error, Terminal terminal) {
        Throwable cause = Futures.unchecked(error);
        if (cause instanceof OutputException output && output.isBrokenPipe()) {
            return BROKEN_PIPE;
        }
        boolean speaksForItself =
                cause instanceof StreamException || cause instanceof ToolException || cause instanceof OutputException;
        terminal.err()
                .println("s3stream: "
                        + oneLine(speaksForItself ? String.valueOf(cause.getMessage()) : cause.toString()));
        trace(cause, terminal);
        return cause instanceof ToolException tool ? tool.exitCode() : FAILED;
    }

    private void trace(Throwable error, Terminal terminal) {
        if (stacktrace) {
            error.printStackTrace(terminal.err());
        }
    }

    private static String oneLine(String message) {
        String line = String.join(
                "; ", Arrays.stream(message.split("\\R")).map(String::trim).toList());
        return line.isEmpty() ? "failed without a message; --stacktrace prints the stack trace" : line;
    }
}
