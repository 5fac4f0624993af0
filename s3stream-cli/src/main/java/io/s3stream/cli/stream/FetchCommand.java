package io.s3stream.cli.stream;

import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(description = "Prints records exactly as they were appended, with a newline after each.")
public final class FetchCommand extends StoreCommand {

    @Parameters(paramLabel = "STREAM", description = "Name or id of the stream.")
    private String name = "";

    @Option(names = "--from", paramLabel = "N", description = "First offset (default: the start of the stream).")
    private @Nullable Long from;

    @Option(names = "--to", paramLabel = "M", description = "Offset to stop before (default: the end of the stream).")
    private @Nullable Long to;

    @Option(names = "--count", description = "Print only the number of records.")
    private boolean count;

    public FetchCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected boolean isReading() {
        return true;
    }

    @Override
    protected void run(StreamStore store) {
        StreamReader stream = Streams.reader(store, name);
        long first = from == null ? stream.startOffset() : from;
        long last = Math.min(to == null ? Long.MAX_VALUE : to, stream.confirmOffset());
        if (first > last) {
            last = first + 1; // outside of the stream: the library reports it
        }
        long records = Streams.read(stream, first, last, batch -> {
            if (!count && !batch.isDropped()) {
                out().bytes(batch.payload());
                out().newline();
            }
        });
        if (count) {
            out().line(Long.toString(records));
        }
    }
}
