package io.s3stream.cli.stream;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.LineReader;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Appends lines without waiting for acknowledgements. Acknowledgements of a stream arrive in order. */
@Command(
        description = {
            "Appends the lines of standard input, one record each, and prints 'ACK <offset>' for each durable record.",
            "Creates the stream if it does not exist. Skips empty lines: a record has at least one byte."
        })
public final class AppendCommand extends StoreCommand {

    @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
    private String name = "";

    public AppendCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected boolean mayCreateStore() {
        return true;
    }

    @Override
    protected void run(StreamStore store) throws IOException {
        Stream stream = Streams.ownerOfNew(store, name);
        long empty = 0;
        try (AckPrinter acks = new AckPrinter(out())) {
            LineReader lines = new LineReader(terminal().in(), stream.maxAppendBytes());
            for (byte @Nullable [] line = lines.next(); line != null; line = lines.next()) {
                if (line.length == 0) {
                    empty++;
                    continue;
                }
                acks.expectOne();
                stream.append(new RecordBatch(ByteBuffer.wrap(line), 1, System.currentTimeMillis()))
                        .durable()
                        .whenComplete(acks::completed);
            }
            acks.finish();
        }
        if (empty > 0) {
            terminal().err().println("s3stream: skipped " + empty + " empty lines");
        }
    }
}
