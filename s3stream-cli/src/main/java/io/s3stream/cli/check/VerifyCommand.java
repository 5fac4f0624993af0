package io.s3stream.cli.check;

import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.ProgressBar;
import io.s3stream.cli.terminal.StoreOptions;
import io.s3stream.cli.terminal.Terminal;
import io.s3stream.cli.terminal.ToolException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks a store. Exit code 0: clean, 1: something is wrong, 2: a part could not be checked. */
@Command(
        description = "Checks that the store is whole: its metadata, every object and index that the metadata"
                + " name, with --deep every block and record. Lists orphans. Changes nothing and needs no"
                + " WAL; the store may be in use.",
        footer = "Exit code 0: clean, 1: something is wrong, 2: a part could not be checked.")
public final class VerifyCommand implements Callable<Integer> {

    private static final int WRONG = 1;
    private static final int UNCHECKED = 2;

    @Mixin
    private StoreOptions options = new StoreOptions();

    @Option(names = "--deep", description = "Read and check all data, not only indexes.")
    private boolean deep;

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    private final Terminal terminal;

    public VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        VerifyReport report = verify();
        if (json) {
            terminal.out().line(Json.of(Json.fields(report)));
        } else {
            FindingLines.write(report.findings(), terminal.out());
            terminal.out().line(summary(report));
        }
        terminal.out().flush();
        if (report.findings().problems() > 0) {
            return WRONG;
        }
        return report.findings().isClean() ? 0 : UNCHECKED;
    }

    private VerifyReport verify() {
        VerifyOptions how = deep ? VerifyOptions.everything() : VerifyOptions.indexes();
        try (ProgressBar bar = ProgressBar.on(terminal)) {
            return Futures.await(options.storageOnly().verify(how.withProgress(bar::show)));
        } catch (RuntimeException e) {
            throw new ToolException(UNCHECKED, "could not verify: " + e.getMessage(), e);
        }
    }

    private String summary(VerifyReport report) {
        String checked = "checked " + report.streams() + " streams, " + report.ranges() + " ranges in "
                + report.objects() + " objects of " + report.objectBytes() + " bytes";
        String read = deep ? ", read " + report.blocks() + " blocks with " + report.batches() + " batches" : "";
        return checked + read + ": " + (report.findings().isClean() ? "clean" : "not clean");
    }
}
