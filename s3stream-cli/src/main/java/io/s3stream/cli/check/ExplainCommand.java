package io.s3stream.cli.check;

import io.s3stream.api.text.SafeUri;
import io.s3stream.api.tools.RecordLocation;
import io.s3stream.api.tools.RecordLocation.Batch;
import io.s3stream.api.tools.RecordLocation.Block;
import io.s3stream.api.tools.RecordLocation.Committed;
import io.s3stream.api.tools.RecordLocation.NotCommitted;
import io.s3stream.api.tools.RecordLocation.Quarantined;
import io.s3stream.api.tools.RecordLocation.RangeOfStream;
import io.s3stream.api.tools.RecordLocation.Trimmed;
import io.s3stream.api.tools.RecordLocation.WalGeneration;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreOptions;
import io.s3stream.cli.terminal.Terminal;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalInspection.FoundGeneration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows where a record is. */
@Command(
        description = "Shows where a record is: range, object, block and position, and whether its checksums"
                + " are right. For a record that is not in object storage yet it names the WAL; with --wal"
                + " it also reads that WAL. Changes nothing; the store may be in use.")
public final class ExplainCommand implements Callable<Integer> {

    private static final int WRONG = 1;

    @Parameters(index = "0", paramLabel = "STREAM", description = "Name or id of the stream.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "OFFSET", description = "An offset of the record.")
    private long offset;

    @Mixin
    private StoreOptions options = new StoreOptions();

    private final Terminal terminal;

    public ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        RecordLocation location = Futures.await(options.storageOnly().locate(name, offset));
        field("stream", location.streamId());
        int exitCode = 0;
        if (location instanceof Trimmed trimmed) {
            field("trimmed", "the stream begins at offset " + trimmed.startOffset());
        } else if (location instanceof NotCommitted notCommitted) {
            show(notCommitted);
        } else if (location instanceof Quarantined quarantined) {
            show(quarantined);
            exitCode = WRONG;
        } else if (location instanceof Committed committed) {
            show(committed);
            exitCode = committed.damage().isEmpty() ? 0 : WRONG;
        }
        terminal.out().flush();
        return exitCode;
    }

    private void show(Committed at) {
        RangeOfStream range = at.range();
        Block block = at.block();
        Batch batch = at.batch();
        field("range", "[" + range.start() + ", " + range.end() + "), " + range.bytes() + " bytes");
        field("object", at.object().key() + ", " + at.object().size() + " bytes");
        field(
                "block",
                "position " + block.position() + ", " + block.size() + " bytes, offsets [" + block.baseOffset() + ", "
                        + block.endOffset() + "), stream epoch " + block.streamEpoch());
        field(
                "record",
                "position " + batch.position() + ", payload of " + batch.payloadBytes() + " bytes, offsets ["
                        + batch.baseOffset() + ", " + (batch.baseOffset() + batch.recordCount()) + "), stream epoch "
                        + batch.streamEpoch() + ", timestamp " + batch.maxTimestamp());
        field("checksums", at.damage().isEmpty() ? "right" : "WRONG");
        at.damage().forEach(damage -> field("damage", damage));
    }

    private void show(Quarantined at) {
        RangeOfStream kept = at.kept();
        field("quarantined", "[" + kept.start() + ", " + kept.end() + "), " + kept.bytes() + " bytes");
        field("object", at.object().key() + ", " + at.object().size() + " bytes");
        field("why", at.reason());
    }

    private void show(NotCommitted at) {
        field("committed end", at.committedEnd());
        if (at.owner() < 0) {
            field("not written", "no node has the stream open; the stream ends there");
            return;
        }
        field("only in WAL", "of node " + at.owner() + ", committed to sequence " + at.committedSequence());
        for (WalGeneration generation : at.generations()) {
            field(
                    "generation",
                    generation.walEpoch() + " on " + SafeUri.of(generation.uri()) + " from sequence "
                            + generation.firstSequence()
                            + (generation.sealedEnd().isPresent()
                                    ? " to " + generation.sealedEnd().getAsLong()
                                    : " on"));
        }
        if (options.isWalGiven()) {
            showWal(at);
        }
    }

    private void showWal(NotCommitted at) {
        WalInspection found = Futures.await(options.storageOnly()
                .wal(StoreOptions.walUri(options.walUri()))
                .nodeId(at.owner())
                .inspectWal());
        for (FoundGeneration generation : found.generations()) {
            if (generation.nodeId() == at.owner() && generation.lastSequence() > at.committedSequence()) {
                field(
                        "frames",
                        "sequences " + Math.max(generation.firstSequence(), at.committedSequence() + 1) + " to "
                                + generation.lastSequence() + " of generation " + generation.walEpoch()
                                + " are on the WAL and not committed");
            }
        }
    }

    private void field(String label, Object value) {
        terminal.out().line(String.format(Locale.ROOT, "%-15s %s", label, value));
    }
}
