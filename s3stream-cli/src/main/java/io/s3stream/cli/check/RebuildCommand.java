package io.s3stream.cli.check;

import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RebuildRefusedException;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.api.tools.RebuildReport.RebuiltStream;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.ProgressBar;
import io.s3stream.cli.terminal.StoreOptions;
import io.s3stream.cli.terminal.Terminal;
import io.s3stream.cli.terminal.ToolException;
import io.s3stream.spi.metadata.RegisterSource;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rebuilds metadata. Exit code 0: complete, 1: with holes, damage or contradictions, 2: refused or failed. */
@Command(
        description = "Rebuilds lost metadata from the objects of the store and its catalogue of streams. A"
                + " stream that is not in the catalogue is called recovered-<id>. Trims and deletions after"
                + " the catalogue was written are undone. Records that were only in a WAL are not"
                + " recovered.",
        footer = "Exit code 0: done, 1: done, with holes, damage or contradictions, 2: refused, failed, or an object is"
                + " unreadable.")
public final class RebuildCommand implements Callable<Integer> {

    private static final int WRONG = 1;
    private static final int FAILED = 2;

    /** Requires exactly one of these options, so that no metadata is written by mistake. */
    static final class Where {

        @Option(
                names = "--into",
                paramLabel = "NEWSTORE",
                description = "A directory or URI without a store: copies the needed objects there. The URI of --store"
                        + " itself: writes only metadata, if there is none.")
        private @Nullable String into;

        @Option(names = "--dry-run", description = "Only report the streams that can be rebuilt.")
        private boolean dryRun;
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Where where = new Where();

    @Mixin
    private StoreOptions options = new StoreOptions();

    @Option(
            names = "--into-register",
            paramLabel = "URI",
            description = "The register of NEWSTORE, with a row that does not exist (default: that of --register if"
                    + " NEWSTORE is --store itself, otherwise none).")
    private @Nullable String intoRegister;

    @Option(
            names = "--accept-loss",
            paramLabel = "LOSS",
            arity = "0..1",
            fallbackValue = RebuildOptions.ANY_LOSS,
            description = "Write in spite of unreadable, missing or doubtful objects. Accepts exactly the loss with"
                    + " this number, which an earlier run printed; without a number, any loss.")
    private String acceptedLoss = "";

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    private final Terminal terminal;

    public RebuildCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        RebuildReport report;
        boolean isRefused = false;
        try {
            report = rebuild();
        } catch (RebuildRefusedException refused) {
            report = refused.report();
            isRefused = true;
        }
        write(report, isRefused);
        if (isRefused || report.findings().count(Finding.Kind.UNREADABLE) > 0) {
            return FAILED;
        }
        return report.findings().problems() > 0 ? WRONG : 0;
    }

    private void write(RebuildReport report, boolean isRefused) {
        if (json) {
            terminal.out().line(Json.of(Json.fields(report)));
        } else {
            FindingLines.write(report.findings(), terminal.out());
            report.streams().forEach(stream -> terminal.out().line(line(stream)));
            terminal.out().line(isRefused ? refusal(report) : summary(report));
        }
        terminal.out().flush();
    }

    private RebuildReport rebuild() {
        String into = where.into;
        RebuildOptions how = where.dryRun || into == null
                ? RebuildOptions.dryRun()
                : RebuildOptions.into(StoreOptions.storeUri(into));
        how = how.acceptLoss(acceptedLoss);
        if (intoRegister != null) {
            how = how.withRegister(RegisterSource.of(StoreOptions.parse("--into-register", intoRegister)));
        }
        try (ProgressBar bar = ProgressBar.on(terminal)) {
            return Futures.await(options.storageOnly().rebuild(how.withProgress(bar::show)));
        } catch (RebuildRefusedException refused) {
            throw refused;
        } catch (RuntimeException e) {
            throw new ToolException(FAILED, "could not rebuild: " + e.getMessage(), e);
        }
    }

    private static String line(RebuiltStream stream) {
        return String.format(
                Locale.ROOT,
                "%s: offsets [%d, %d), epoch %d, %d ranges of %d bytes",
                stream.name(),
                stream.start(),
                stream.end(),
                stream.epoch(),
                stream.ranges(),
                stream.bytes());
    }

    private static String refusal(RebuildReport report) {
        return "nothing was written: the new store would lack the items above. Run it again if the"
                + " storage may answer now; to accept this loss: --accept-loss=" + report.loss();
    }

    private String summary(RebuildReport report) {
        String what = report.streams().size() + " streams in " + report.objectsUsed() + " of " + report.objects()
                + " objects";
        if (where.into == null) {
            return what + " can be rebuilt; nothing was written";
        }
        return what + " rebuilt into " + where.into + ", " + report.copiedBytes()
                + " bytes copied. Open it with a WAL that no store has used";
    }
}
