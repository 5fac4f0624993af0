package io.s3stream.cli.stream;

import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.Terminal;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = "Prints the offset of the first record with this timestamp or a later one, or 'none'. A record of"
                + " 'append' has the time of its append.")
public final class OffsetCommand extends StoreCommand {

    @Parameters(paramLabel = "STREAM", description = "Name or id of the stream.")
    private String name = "";

    @Option(names = "--timestamp", paramLabel = "MILLIS", required = true, description = "Milliseconds since 1970.")
    private long timestamp;

    public OffsetCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected boolean isReading() {
        return true;
    }

    @Override
    protected void run(StreamStore store) {
        OptionalLong found = Futures.await(Streams.reader(store, name).offsetForTimestamp(timestamp));
        out().line(found.isPresent() ? Long.toString(found.getAsLong()) : "none");
    }
}
