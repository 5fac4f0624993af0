package io.s3stream.cli.stream;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.Terminal;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = {
            "Prints the last records.",
            "With --follow prints new records as another node, the owner of the stream, uploads them."
        })
public final class TailCommand extends StoreCommand {

    private static final FetchOptions LONG_POLL = FetchOptions.longPoll(Duration.ofSeconds(10));
    private static final int FETCH_BYTES = 1 << 20;

    @Parameters(paramLabel = "STREAM", description = "Name or id of the stream.")
    private String name = "";

    @Option(names = "--follow", description = "Follow the stream until interrupted.")
    private boolean follow;

    @Option(
            names = {"-n", "--last"},
            paramLabel = "N",
            defaultValue = "10",
            description = "Begin this many offsets before the end (default: ${DEFAULT-VALUE}).")
    private long last;

    public TailCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected boolean isReading() {
        return true;
    }

    @Override
    protected void run(StreamStore store) {
        StreamReader stream = Streams.reader(store, name);
        long end = stream.confirmOffset();
        Streams.read(stream, Math.max(stream.startOffset(), end - Math.max(0, last)), end, this::print);
        out().flush();
        while (follow) {
            try (FetchResult result = Futures.await(stream.fetch(end, Long.MAX_VALUE, FETCH_BYTES, LONG_POLL))) {
                result.batches().forEach(this::print);
                end = result.nextOffset();
            }
            out().flush();
        }
    }

    private void print(FetchedBatch batch) {
        if (!batch.isDropped()) {
            out().bytes(batch.payload());
            out().newline();
        }
    }
}
