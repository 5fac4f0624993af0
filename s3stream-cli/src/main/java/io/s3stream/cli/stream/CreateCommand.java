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

@Command(description = "Creates a stream and prints its id; one that is there with equal tags is left as it is.")
public final class CreateCommand extends StoreCommand {

    @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
    private String name = "";

    @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A fact to keep with the stream; repeatable.")
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
