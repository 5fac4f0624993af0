package io.s3stream.examples.cli;

import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.examples.terminal.StoreCommand;
import io.s3stream.examples.terminal.Streams;
import io.s3stream.examples.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(description = "Prints records exactly as they were appended, a newline after each.")
final class FetchCommand extends StoreCommand {

    @Parameters(paramLabel = "STREAM", description = "Name or id of the stream.")
    private String name = "";

    @Option(names = "--from", paramLabel = "N", description = "First offset (default: the start of the stream).")
    private @Nullable Long from;

    @Option(names = "--to", paramLabel = "M", description = "Offset to stop before (default: the end of the stream).")
    private @Nullable Long to;

    @Option(names = "--count", description = "Print only how many records there are.")
    private boolean count;

    FetchCommand(Terminal terminal) {
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
            last = first + 1; // outside of the stream: let the library say so
        }
        long records = Streams.read(stream, first, last, batch -> {
            if (!count) {
                out().bytes(batch.payload());
                out().newline();
            }
        });
        if (count) {
            out().line(Long.toString(records));
        }
    }
}
