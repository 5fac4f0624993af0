package io.s3stream.cli.stream;

import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(description = "Deletes a stream.")
public final class DeleteCommand extends StoreCommand {

    @Parameters(paramLabel = "STREAM", description = "Name or id of the stream.")
    private String name = "";

    public DeleteCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected void run(StreamStore store) {
        Futures.await(store.deleteStream(Streams.require(store, name).id()));
    }
}
