package io.s3stream.cli.stream;

import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.api.tools.QuarantinedRecords;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.Terminal;
import io.s3stream.cli.terminal.ToolException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = "Releases a stream that recovery quarantined, because acknowledged records do not"
                + " continue it. 'info STREAM' shows the reason. Without --records the command only shows"
                + " it, too.")
public final class ReleaseCommand extends StoreCommand {

    @Parameters(paramLabel = "STREAM", description = "Name or id of the stream.")
    private String name = "";

    @Option(
            names = "--records",
            paramLabel = "discard|append",
            description = "'append': the kept records become part of the stream; a batch of one zero byte stands"
                    + " for each run of missing offsets. 'discard': they are deleted, and the stream ends at"
                    + " its committed end.")
    private @Nullable String records;

    public ReleaseCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected void check() {
        choice();
    }

    @Override
    protected void run(StreamStore store) {
        StreamInfo stream = Streams.require(store, name);
        QuarantinedRecords choice = choice();
        if (choice == null) {
            out().line(stream.quarantine().orElse("stream=" + stream.id() + ": is not quarantined"));
            return;
        }
        Futures.await(store.releaseStream(stream.id(), choice));
        out().line("stream=" + stream.id() + ": released, ends at offset "
                + Streams.require(store, name).committedEnd());
    }

    private @Nullable QuarantinedRecords choice() {
        if (records == null) {
            return null;
        }
        return switch (records.toLowerCase(Locale.ROOT)) {
            case "discard" -> QuarantinedRecords.DISCARD;
            case "append" -> QuarantinedRecords.APPEND;
            default -> throw new ToolException("--records=" + records + ": must be 'discard' or 'append'");
        };
    }
}
