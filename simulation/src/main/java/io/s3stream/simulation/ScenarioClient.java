package io.s3stream.simulation;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.PositionCheck;
import io.s3stream.simulation.history.StreamHistory;
import io.s3stream.testkit.sim.Simulator;
import java.nio.ByteBuffer;

/** A client of an opened stream. It records its calls and their answers in the stream's history. */
final class ScenarioClient {

    private static final int LARGE_BYTES = 16_000;
    private static final int SMALL_BYTES = 3_000;

    private final Simulator simulator;
    private final Findings findings;
    private final StreamHistory history;
    private final StreamHistory.Handle handle;
    private final Stream stream;

    ScenarioClient(Simulator simulator, Findings findings, StreamHistory history, Stream stream) {
        this.simulator = simulator;
        this.findings = findings;
        this.history = history;
        this.stream = stream;
        this.handle = history.opened(stream.startOffset(), stream.confirmOffset());
    }

    Stream stream() {
        return stream;
    }

    /** Appends the given number of batches, some of them large, without waiting for the answers. */
    void append(int batches) {
        for (int i = 0; i < batches; i++) {
            int size = simulator.random().nextInt(4) == 0 ? LARGE_BYTES : SMALL_BYTES;
            byte[] payload = new byte[1 + simulator.random().nextInt(size)];
            simulator.random().nextBytes(payload);
            try {
                append(payload);
            } catch (StreamException refused) {
                simulator.count("refused " + refused.kind());
                findings.rejectCorruption(refused);
                return;
            }
        }
    }

    private void append(byte[] payload) {
        int count = 1 + simulator.random().nextInt(3);
        AppendResult result =
                stream.tryAppend(new RecordBatch(ByteBuffer.wrap(payload), count, PositionCheck.timestamp(payload)));
        StreamHistory.Attempt attempt = history.appended(result.baseOffset(), count, payload);
        result.durable()
                .whenComplete((offset, error) -> findings.guard(() -> {
                    if (error == null) {
                        history.acknowledged(handle, attempt);
                        history.looked(handle, stream.startOffset(), stream.confirmOffset());
                    } else if (Findings.unwrap(error) instanceof AppendFailedException failed
                            && failed.outcome() == AppendFailedException.Outcome.NOT_WRITTEN) {
                        history.notWritten(attempt);
                    }
                }));
    }

    void trim() {
        long start = stream.startOffset();
        long target = start + simulator.random().nextLong(1 + stream.confirmOffset() - start);
        history.trimRequested(target);
        stream.trim(target).thenRun(() -> history.trimAcknowledged(target));
    }

    void delete(StreamStore store) {
        history.deleteRequested();
        store.deleteStream(stream.id());
    }
}
