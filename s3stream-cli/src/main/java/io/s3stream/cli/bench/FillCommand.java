package io.s3stream.cli.bench;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.StoreOptions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the writer that {@link KilledWriter} kills. */
@Command(
        hidden = true,
        description = "Appends, prints a line when --size is durable, and continues until it is killed.")
final class FillCommand implements Callable<Integer> {

    static final String READY = "READY";

    @Mixin
    private StoreOptions options = new StoreOptions();

    @Mixin
    private FillOptions fill = new FillOptions();

    private final Output out;

    FillCommand(Output out) {
        this.out = out;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (StreamStore store = options.builder(true).open()) {
            List<Stream> streams = Workspace.openStreams(store, fill.streams());
            fill.append(streams, () -> false);
            out.say(READY);
            if (fill.size() > 0) {
                fill.append(streams, () -> true);
            }
            new CountDownLatch(1).await();
        }
        return 0;
    }
}
