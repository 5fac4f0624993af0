package io.s3stream.cli.stream;

import io.s3stream.api.StoreStats;
import io.s3stream.api.StreamRange;
import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.Terminal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(description = "Shows a stream with its ranges and their objects. Without a name, shows the store.")
public final class InfoCommand extends StoreCommand {

    @Parameters(paramLabel = "STREAM", arity = "0..1", description = "Name or id of the stream.")
    private String name = "";

    public InfoCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected boolean isReading() {
        return true;
    }

    @Override
    protected void run(StreamStore store) {
        if (name.isEmpty()) {
            describeStore(store);
        } else {
            describeStream(store, Streams.require(store, name));
        }
    }

    private void describeStore(StreamStore store) {
        List<StreamInfo> streams = Streams.all(store, "");
        Set<String> objects = new HashSet<>();
        long bytes = 0;
        for (StreamInfo stream : streams) {
            for (StreamRange range : Futures.await(store.describeRanges(stream.id()))) {
                objects.add(range.object());
                bytes += range.bytes();
            }
        }
        StoreStats stats = store.stats();
        field("store", options().storeUri());
        if (!isReadOnly()) {
            field("wal", store.wal());
            field("node", options().node());
        }
        field("streams", streams.size());
        field("objects", objects.size());
        field("bytes", bytes);
        field("at risk", stats.atRiskBytes());
        field("storage reads", stats.storageReads());
        field("storage writes", stats.storageWrites());
    }

    private void describeStream(StreamStore store, StreamInfo stream) {
        field("name", stream.name());
        field("id", stream.id());
        field("epoch", stream.epoch());
        field("caller epoch", stream.callerEpoch());
        field("owner", stream.owner() < 0 ? "none" : "node " + stream.owner());
        stream.tags().forEach((key, value) -> field("tag " + key, value));
        field("start offset", stream.startOffset());
        field("end offset", stream.committedEnd());
        stream.quarantine().ifPresent(reason -> field("quarantined", reason));
        field("sealed", stream.sealed() ? "yes" : "no");
        field("bytes", stream.bytes());
        List<StreamRange> ranges = Futures.await(store.describeRanges(stream.id()));
        field("ranges", ranges.size());
        for (StreamRange range : ranges) {
            out().line(String.format(
                    Locale.ROOT,
                    "  [%d, %d) %d bytes in %s",
                    range.start(),
                    range.end(),
                    range.bytes(),
                    range.object()));
        }
    }

    private void field(String label, Object value) {
        out().line(String.format(Locale.ROOT, "%-15s %s", label, value));
    }
}
