package io.s3stream.cli.wal;

import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.StoreOptions;
import io.s3stream.cli.terminal.Terminal;
import java.net.URI;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        description = "Opens the store on --wal, switches it to another WAL, and closes it. Records that were"
                + " only on the old WAL are in object storage then. A running program calls switchWal"
                + " instead.")
final class SwitchCommand extends StoreCommand {

    @Parameters(paramLabel = "URI", description = "The next WAL: a file or device, or a URI.")
    private String target = "";

    SwitchCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected void run(StreamStore store) {
        URI from = store.wal();
        Futures.await(store.switchWal(StoreOptions.walUri(target)));
        out().line("node " + options().node() + " switched from " + from + " to " + store.wal()
                + "; the old WAL is no longer needed");
    }
}
