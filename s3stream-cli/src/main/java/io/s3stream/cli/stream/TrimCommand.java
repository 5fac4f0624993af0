package io.s3stream.cli.stream;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(description = "Removes everything before an offset.")
public final class TrimCommand extends StoreCommand {

    @Parameters(index = "0", paramLabel = "STREAM", description = "Name or id of the stream.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "OFFSET", description = "The first offset to keep.")
    private long offset;

    public TrimCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected void run(StreamStore store) {
        Stream stream = Streams.owner(store, name);
        Futures.await(stream.trim(offset));
        Futures.await(stream.close());
    }
}
