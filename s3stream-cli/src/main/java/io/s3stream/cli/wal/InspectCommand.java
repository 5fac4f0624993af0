package io.s3stream.cli.wal;

import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreOptions;
import io.s3stream.cli.terminal.Terminal;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalInspection.FoundGeneration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        description = "Shows the contents of a WAL: generations, frames, and the first bad frame. Changes"
                + " nothing; the WAL may be in use. A WAL in the store's object storage needs --store.")
final class InspectCommand implements Callable<Integer> {

    @Parameters(paramLabel = "URI", description = "The WAL: a file or device, or a URI.")
    private String wal = "";

    @Mixin
    private StoreOptions options = new StoreOptions();

    private final Terminal terminal;

    InspectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        StreamStoreBuilder builder =
                StreamStore.builder().wal(StoreOptions.walUri(wal)).nodeId(options.node());
        if (options.isStoreGiven()) {
            builder.storage(options.storeUri());
        }
        show(Futures.await(builder.inspectWal()));
        terminal.out().flush();
        return 0;
    }

    private void show(WalInspection found) {
        terminal.out().line(found.medium());
        if (found.generations().isEmpty()) {
            terminal.out().line("no generation");
        }
        for (FoundGeneration generation : found.generations()) {
            terminal.out()
                    .line("walEpoch=" + generation.walEpoch() + " node=" + generation.nodeId() + " store="
                            + generation.storeId() + (generation.isFenced() ? " fenced" : ""));
            terminal.out()
                    .line(
                            generation.frames() == 0
                                    ? "  no frames"
                                    : "  " + generation.frames() + " frames, sequences " + generation.firstSequence()
                                            + " to " + generation.lastSequence() + ", " + generation.bytes()
                                            + " bytes, acknowledged at least to " + generation.ackedThrough());
            generation.end().ifPresent(end -> terminal.out().line("  then: " + end));
        }
    }
}
