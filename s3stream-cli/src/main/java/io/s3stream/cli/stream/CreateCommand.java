package io.s3stream.cli.stream;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreCommand;
import io.s3stream.cli.terminal.Terminal;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(description = "Creates a stream and prints its id. A stream of this name with equal tags stays unchanged.")
public final class CreateCommand extends StoreCommand {

    @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
    private String name = "";

    @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A tag of the stream; repeatable.")
    private Map<String, String> tags = new LinkedHashMap<>();

    public CreateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    protected boolean mayCreateStore() {
        return true;
    }

    @Override
    protected void run(StreamStore store) {
        out().line(Long.toString(Futures.await(store.createStream(new CreateOptions(name, tags)))));
    }
}
