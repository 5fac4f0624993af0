package io.s3stream.cli.stream;

import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.StoreOptions;
import io.s3stream.cli.terminal.Terminal;
import io.s3stream.cli.terminal.ToolException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = "Takes over a node, dead or running: fences it, uploads the records that are only in its"
                + " WAL and closes its streams, so that any node may open them. May be repeated. --node is"
                + " the id of the taker, an id that no process uses.")
public final class TakeOverCommand extends StoreCommand {

    @Parameters(paramLabel = "NODE", description = "The node to take over, as 's3stream nodes' lists it.")
    private int target;

    @Option(
            names = "--wal-at",
            paramLabel = "URI",
            description = "URI on this machine of a WAL that the node used under another name or with other"
                    + " options, for example 'block:///dev/sdx?singleAttach=true'; repeatable.")
    private List<String> walsAt = new ArrayList<>();

    @Option(
            names = "--if-epoch",
            paramLabel = "EPOCH",
            description = "Take the node over only if this is its epoch, as 's3stream nodes' showed it. A process"
                    + " that has become the node since is left alone.")
    private @Nullable Long ifEpoch;

    public TakeOverCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected void check() {
        if (!options().isNodeGiven()) {
            throw new ToolException(
                    "--node is missing: name the taker, an id that no process uses; a process with that id"
                            + " would be fenced too");
        }
    }

    @Override
    protected void run(StreamStore store) {
        List<URI> uris = walsAt.stream().map(StoreOptions::walUri).toList();
        TakeOverOptions options = TakeOverOptions.defaults().walUris(uris);
        TakeOverReport report =
                Futures.await(store.takeOver(target, ifEpoch == null ? options : options.ifEpoch(ifEpoch)));
        field("node", report.nodeId());
        field("epoch", report.nodeEpoch());
        field("streams closed", report.streams());
        if (!report.quarantined().isEmpty()) {
            field("quarantined", report.quarantined() + ", see 'info' of each stream");
        }
        field("frames", report.frames());
        field("bytes", report.recordBytes());
        field("fence", report.fencing());
        field("replay", report.replaying());
        field("upload", report.uploading());
        field("commit", report.committing());
        field("total", report.total());
    }

    private void field(String label, Duration time) {
        field(label, String.format(Locale.ROOT, "%.3f s", time.toNanos() / 1e9));
    }

    private void field(String label, Object value) {
        out().line(String.format(Locale.ROOT, "%-15s %s", label, value));
    }
}
