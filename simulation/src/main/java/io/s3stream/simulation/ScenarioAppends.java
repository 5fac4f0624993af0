package io.s3stream.simulation;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.simulation.history.ClientStamp;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.PositionCheck;
import io.s3stream.simulation.history.StreamHistory;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The appends of the clients of a single node. Each batch is stamped with its offset. Owner of nothing. */
final class ScenarioAppends {

    private final Simulator simulator;
    private final Findings findings;
    private final FinalVerifier verifier;
    private final ScenarioStreams streams;

    ScenarioAppends(Simulator simulator, Findings findings, FinalVerifier verifier, ScenarioStreams streams) {
        this.simulator = simulator;
        this.findings = findings;
        this.verifier = verifier;
        this.streams = streams;
    }

    void append(SimNode process, Stream stream) {
        int count = 1 + random().nextInt(3);
        byte[] payload = payload();
        RecordBatch batch = new RecordBatch(ByteBuffer.wrap(payload), count, PositionCheck.timestamp(payload));
        if (random().nextInt(20) == 0) {
            simulator.count("stamp failed");
            ClientStamp.fail(stream, batch);
        } else {
            follow(process, stream, ClientStamp.append(stream, batch), count, payload);
        }
    }

    /** @param to not empty */
    void appendAll(SimNode process, StreamStore store, List<Stream> to) {
        List<ClientStamp> stamps = new ArrayList<>();
        List<StreamAppend> appends = new ArrayList<>();
        for (Stream stream : to) {
            ClientStamp stamp = new ClientStamp();
            stamps.add(stamp);
            appends.add(new StreamAppend(
                    stream, RecordBatch.of(ByteBuffer.wrap(bytes(1 + random().nextInt(200))), 1), stamp));
        }
        List<AppendResult> results = store.tryAppendAll(appends);
        List<FinalVerifier.Member> group = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            RecordBatch batch = appends.get(i).batch();
            stamps.get(i).check(results.get(i), batch);
            group.add(follow(
                    process, to.get(i), results.get(i), 1, batch.payload().array()));
        }
        verifier.belongTogether(group);
    }

    private FinalVerifier.Member follow(
            SimNode process, Stream stream, AppendResult result, int count, byte[] payload) {
        StreamHistory history = verifier.history(stream.id());
        StreamHistory.Handle handle = streams.handle(stream);
        StreamHistory.Attempt attempt = history.appended(result.baseOffset(), count, payload);
        findings.expectAnswer("append", process, result.durable());
        findings.guard(() -> {
            history.looked(handle, stream.startOffset(), stream.confirmOffset());
            result.durable()
                    .whenComplete((offset, error) -> findings.guard(() -> {
                        if (error == null) {
                            simulator.count("acknowledged");
                            history.acknowledged(handle, attempt);
                            history.looked(handle, stream.startOffset(), stream.confirmOffset());
                        } else if (Findings.unwrap(error) instanceof AppendFailedException failed
                                && failed.outcome() == AppendFailedException.Outcome.NOT_WRITTEN) {
                            simulator.count("not written");
                            history.notWritten(attempt);
                        }
                    }));
        });
        return new FinalVerifier.Member(history, attempt);
    }

    private byte[] payload() {
        return bytes(random().nextInt(10) == 0 ? random().nextInt(40_000) + 1 : random().nextInt(3000) + 1);
    }

    private byte[] bytes(int size) {
        byte[] payload = new byte[size];
        random().nextBytes(payload);
        return payload;
    }

    private RandomGenerator random() {
        return simulator.random();
    }
}
