package io.s3stream.cli.bench.isolation;

import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.ToolException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The measured store takes over another node, whose WAL has data that were not uploaded. Used by one thread. */
final class TakeOver implements Disturbance {

    private static final String PREFIX = "dead-";
    private static final int STREAMS = 100;

    private final Scene scene;
    private final int node;
    private CompletableFuture<TakeOverReport> taking = CompletableFuture.failedFuture(new IllegalStateException());
    private long began;

    /** @param node id of the node to take over */
    TakeOver(Scene scene, int node) {
        this.scene = scene;
        this.node = node;
    }

    @Override
    public void prepare() {
        long bytes = scene.options().takeOverBytes();
        Neighbour neighbour = new Neighbour(scene.workspace(), PREFIX, STREAMS, bytes);
        try {
            neighbour.append(bytes);
        } finally {
            neighbour.die();
        }
    }

    @Override
    public void begin(Duration phase) {
        began = System.nanoTime();
        taking = scene.store().takeOver(node);
    }

    @Override
    public boolean hasHappened() {
        return taking.isDone();
    }

    @Override
    public Proof end() {
        TakeOverReport report = Futures.await(taking);
        if (report.recordBytes() < scene.options().takeOverBytes()) {
            throw new ToolException("take-over: node=" + node + " had " + report.recordBytes()
                    + " bytes in its WAL, not " + scene.options().takeOverBytes() + ": it has uploaded the rest");
        }
        return new Proof(1, "take-overs", report.recordBytes(), System.nanoTime() - began);
    }
}
