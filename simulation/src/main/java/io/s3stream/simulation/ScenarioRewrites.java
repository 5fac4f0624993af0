package io.s3stream.simulation;

import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.tools.RewriteReport;
import io.s3stream.simulation.history.ClientFilter;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.history.RewriteHistory.Rewriting;
import io.s3stream.simulation.history.StreamHistory;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** Rewrites streams through filters, some of which fail. The answers go to the histories. Owner of nothing. */
public final class ScenarioRewrites {

    private static final int MAX_LENGTH = 200;

    private final Simulator simulator;
    private final Findings findings;

    public ScenarioRewrites(Simulator simulator, Findings findings) {
        this.simulator = simulator;
        this.findings = findings;
    }

    /** Rewrites a random part of a stream. */
    public void rewrite(SimNode process, StreamStore store, StreamHistory history) {
        RandomGenerator random = simulator.random();
        long from = random.nextBoolean() ? 0 : random.nextLong(history.settledEnd() + 1);
        long to = random.nextBoolean() ? Long.MAX_VALUE : from + random.nextLong(MAX_LENGTH);
        int version = 1 + random.nextInt(ClientFilter.VERSIONS);
        boolean fails = random.nextInt(6) == 0;
        Rewriting rewriting = history.rewrites().requested(from, to, version);
        CompletableFuture<RewriteReport> answer = store.rewrite(
                history.id(),
                from,
                to,
                new ClientFilter(history, findings, version, fails ? random.nextInt(20) : Integer.MAX_VALUE));
        findings.expectAnswer("rewrite", process, answer);
        answer.whenComplete((report, error) -> findings.guard(() -> {
            if (error == null) {
                simulator.count(report.changed() + report.dropped() > 0 ? "rewritten" : "rewritten without a change");
                check(history, report);
                history.rewrites().acknowledged(rewriting, report.startOffset(), report.endOffset());
                return;
            }
            history.rewrites().failed(rewriting);
            boolean isOfFilter = Findings.unwrap(error) instanceof InvalidRequestException;
            if (isOfFilter && !fails) {
                throw new HistoryViolation("stream=" + history.id() + ": rewrite failed: " + error);
            }
            simulator.count(isOfFilter ? "filter failed" : "rewrite failed");
            findings.rejectCorruption(error);
        }));
    }

    private static void check(StreamHistory history, RewriteReport report) {
        boolean isPlausible = report.startOffset() <= report.endOffset()
                && report.changed() + report.dropped() <= report.batches()
                && report.bytesAfter() <= report.bytesBefore()
                && (report.bytesAfter() < report.bytesBefore()) == (report.changed() + report.dropped() > 0);
        if (!isPlausible) {
            throw new HistoryViolation("stream=" + history.id() + ": " + report);
        }
    }
}
