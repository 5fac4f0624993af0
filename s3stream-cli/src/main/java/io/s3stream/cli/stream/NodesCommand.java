package io.s3stream.cli.stream;

import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Terminal;
import java.net.URI;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(
        description = "Lists all nodes that have opened the store: id, epoch, state, number of open streams,"
                + " WALs. A node is 'open' while it has streams or a WAL: it runs, or it died and needs to"
                + " be opened or taken over.")
public final class NodesCommand extends StoreCommand {

    private static final String ROW = "%6s %8s %-7s %8s  %s";

    public NodesCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected boolean isReadOnly() {
        return true;
    }

    @Override
    protected void run(StreamStore store) {
        out().line(String.format(Locale.ROOT, ROW, "NODE", "EPOCH", "STATE", "STREAMS", "WALS"));
        for (NodeInfo node : Futures.await(store.listNodes())) {
            out().line(row(node));
        }
    }

    private String row(NodeInfo node) {
        String state = node.isOpen() ? "open" : "closed";
        String wals = node.wals().stream().map(URI::toString).collect(Collectors.joining(" "));
        return String.format(
                Locale.ROOT, ROW, node.id(), node.epoch(), state, node.openStreams(), wals.isEmpty() ? "-" : wals);
    }
}
