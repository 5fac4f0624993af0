package io.s3stream.cli.stream;

import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.Terminal;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(description = "Lists streams: id, start and end offset, bytes in object storage, owner, name.")
public final class ListCommand extends StoreCommand {

    @Parameters(paramLabel = "PREFIX", arity = "0..1", description = "List only streams whose name begins with this.")
    private String prefix = "";

    @Option(
            names = {"-q", "--quiet"},
            description = "Print names only.")
    private boolean quiet;

    public ListCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected boolean isReading() {
        return true;
    }

    @Override
    protected void run(StreamStore store) {
        if (!quiet) {
            out().line(String.format(Locale.ROOT, "%6s %12s %12s %14s %6s  %s", columns()));
        }
        for (StreamInfo stream : Streams.all(store, prefix)) {
            out().line(quiet ? stream.name() : row(stream));
        }
    }

    private static Object[] columns() {
        return new Object[] {"ID", "START", "END", "BYTES", "OWNER", "NAME"};
    }

    private static String row(StreamInfo stream) {
        return String.format(
                Locale.ROOT,
                "%6d %12d %12d %14d %6s  %s",
                stream.id(),
                stream.startOffset(),
                stream.committedEnd(),
                stream.bytes(),
                stream.owner() < 0 ? "-" : Integer.toString(stream.owner()),
                stream.name());
    }
}
