package io.s3stream.cli.terminal;

import io.s3stream.api.StreamStore;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A subcommand that opens the store, does one thing and closes it. */
public abstract class StoreCommand implements Callable<Integer> {

    @Mixin
    private StoreOptions options = new StoreOptions();

    private final Terminal terminal;

    protected StoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public final Integer call() throws IOException {
        check();
        try (StreamStore store = isReadOnly()
                ? options.storageOnly().openReadOnly()
                : options.builder(mayCreateStore()).open()) {
            run(store);
        }
        out().flush();
        return 0;
    }

    /** Throws if the options contradict each other. Called before the store is opened. */
    protected void check() {}

    /** Whether the command may create a store in the default directory. */
    protected boolean mayCreateStore() {
        return false;
    }

    /** Whether the command only reads. */
    protected boolean isReading() {
        return false;
    }

    /** Whether the store is opened read-only. A reading command is a node only if --node is given. */
    protected boolean isReadOnly() {
        return options.isReadOnly() || (isReading() && !options.isNodeGiven());
    }

    protected abstract void run(StreamStore store) throws IOException;

    protected final StoreOptions options() {
        return options;
    }

    protected final Terminal terminal() {
        return terminal;
    }

    protected final Output out() {
        return terminal.out();
    }
}
