package io.s3stream.examples.cli;

import io.s3stream.api.StreamStore;
import io.s3stream.examples.terminal.Futures;
import io.s3stream.examples.terminal.StoreCommand;
import io.s3stream.examples.terminal.Streams;
import io.s3stream.examples.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(description = "Deletes a stream.")
final class DeleteCommand extends StoreCommand {

    @Parameters(paramLabel = "STREAM", description = "Name or id of the stream.")
    private String name = "";

    DeleteCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected void run(StreamStore store) {
        Futures.await(store.deleteStream(Streams.require(store, name).id()));
    }
}
