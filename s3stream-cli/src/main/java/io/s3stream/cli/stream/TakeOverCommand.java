package io.s3stream.cli.stream;

import io.s3stream.api.StreamStore;
import io.s3stream.api.TakeOverReport;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = "Takes over a node: fences it, living or dead, uploads what was only in its WAL and closes its"
                + " streams, so that any node may open them. May be repeated. --node says who does it: an id that no"
                + " process is using.")
public final class TakeOverCommand extends StoreCommand {

    @Parameters(paramLabel = "NODE", description = "The node to take over, as 's3stream nodes' lists it.")
    private int target;

    @Option(
            names = "--wal-at",
            paramLabel = "URI",
            description = "Where this machine has a WAL that the node used under another name or with other options, as"
                    + " 'block:///dev/sdx?singleAttach=true'; repeatable.")
    private List<String> walsAt = new ArrayList<>();

    public TakeOverCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected void check() {
        if (!options().isNodeGiven()) {
            throw new ToolException(
                    "--node is missing: which node does it? one that no process is using, or that would be"
                            + " fenced too");
        }
    }

    @Override
    protected void run(StreamStore store) {
        List<URI> uris = walsAt.stream().map(StoreOptions::walUri).toList();
        TakeOverReport report = Futures.await(store.takeOver(target, uris));
        field("node", report.nodeId());
        field("epoch", report.nodeEpoch());
        field("streams closed", report.streams());
        if (!report.quarantined().isEmpty()) {
            field("quarantined", report.quarantined() + ", see 'info' of each");
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
