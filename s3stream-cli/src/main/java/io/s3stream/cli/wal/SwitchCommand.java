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
        description = "Opens the store on --wal, has it go on with another WAL, and closes it: what was only on the old"
                + " WAL is in object storage then. A running program does this by itself, with switchWal.")
final class SwitchCommand extends StoreCommand {

    @Parameters(paramLabel = "URI", description = "The WAL to go on with: a file or device, or a URI.")
    private String target = "";

    SwitchCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected void run(StreamStore store) {
        URI from = store.wal();
        Futures.await(store.switchWal(StoreOptions.walUri(target)));
        out().line("node " + options().node() + " went from " + from + " to " + store.wal()
                + "; nothing on the old WAL is needed any more");
    }
}
