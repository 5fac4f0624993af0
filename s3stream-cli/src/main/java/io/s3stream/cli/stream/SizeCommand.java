package io.s3stream.cli.stream;

import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(description = "Prints the bytes of a stream's records, including 48 bytes of header for each.")
public final class SizeCommand extends StoreCommand {

    @Parameters(paramLabel = "STREAM", description = "Name or id of the stream.")
    private String name = "";

    @Option(names = "--from", paramLabel = "N", description = "First offset (default: the start of the stream).")
    private @Nullable Long from;

    @Option(names = "--to", paramLabel = "M", description = "Offset to stop before (default: the end of the stream).")
    private @Nullable Long to;

    public SizeCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected boolean isReading() {
        return true;
    }

    @Override
    protected void run(StreamStore store) {
        StreamReader stream = Streams.reader(store, name);
        long bytes = Futures.await(
                stream.sizeBytes(from == null ? stream.startOffset() : from, to == null ? stream.confirmOffset() : to));
        out().line(Long.toString(bytes));
    }
}
