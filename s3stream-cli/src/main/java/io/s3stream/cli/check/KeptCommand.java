package io.s3stream.cli.check;

import io.s3stream.api.StreamStore;
import io.s3stream.api.tools.KeptObject;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Terminal;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the objects that no sweep deletes after a rebuild, and releases them. */
@Command(
        description = {
            "Lists the objects that rebuilt metadata do not name. No sweep deletes them, because the rebuild may have"
                    + " been unable to read one.",
            "With --release they are deleted after the store's deletionGrace. Check the store with 'verify --deep' and"
                    + " check the streams first: the release cannot be undone."
        })
public final class KeptCommand extends StoreCommand {

    @Option(names = "--release", description = "Release all listed objects, as node --node.")
    private boolean release;

    public KeptCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected boolean isReadOnly() {
        return !release;
    }

    @Override
    protected void run(StreamStore store) {
        List<KeptObject> kept = Futures.await(store.listKeptObjects());
        for (KeptObject object : kept) {
            out().line(object.key() + " " + object.size());
        }
        long bytes = kept.stream().mapToLong(KeptObject::size).sum();
        if (release) {
            Futures.await(store.releaseKeptObjects(kept));
        }
        out().line(kept.size() + " objects of " + bytes + " bytes " + (release ? "were released" : "are kept"));
    }
}
