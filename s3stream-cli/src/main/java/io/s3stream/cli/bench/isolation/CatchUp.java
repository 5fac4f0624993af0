package io.s3stream.cli.bench.isolation;

import io.s3stream.api.StreamReader;
import io.s3stream.cli.bench.ColdReaders;
import io.s3stream.cli.bench.Report;
import io.s3stream.cli.terminal.Streams;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A single thread reads cold streams at a fixed rate. Another node has written them, so the measured store has none of their
 * data in its write cache. Used by one thread.
 */
final class CatchUp implements Disturbance {

    private static final String PREFIX = "cold-";
    private static final long UPLOAD_BYTES = 64 << 20;

    private final Scene scene;
    private List<StreamReader> cold = List.of();
    private @Nullable ColdReaders readers;
    private long began;

    CatchUp(Scene scene) {
        this.scene = scene;
    }

    @Override
    public void prepare() {
        if (!cold.isEmpty()) {
            return;
        }
        int streams = scene.options().coldStreams();
        try (Neighbour writer = new Neighbour(scene.workspace(), PREFIX, streams, UPLOAD_BYTES)) {
            for (long left = scene.options().coldBytes(); left > 0; left -= UPLOAD_BYTES) {
                writer.append(Math.min(left, UPLOAD_BYTES));
                writer.flush();
            }
        }
        cold = IntStream.range(0, streams)
                .mapToObj(i -> Streams.reader(scene.store(), PREFIX + i))
                .toList();
    }

    @Override
    public void begin(Duration phase) {
        began = System.nanoTime();
        readers = new ColdReaders(scene.options().coldRate());
        readers.start(cold);
    }

    @Override
    public boolean hasHappened() {
        return readers != null && readers.bytes() > 0;
    }

    @Override
    public Proof end() {
        ColdReaders running = readers;
        if (running == null) {
            throw new IllegalStateException("no reader was started");
        }
        long bytes = running.bytes();
        long nanos = System.nanoTime() - began;
        close();
        String events =
                "cold streams read at up to " + Report.megabytes(scene.options().coldRate()) + " MB/s";
        return new Proof(bytes > 0 ? cold.size() : 0, events, bytes, nanos);
    }

    @Override
    public void close() {
        if (readers != null) {
            readers.stop();
            readers = null;
        }
    }
}
