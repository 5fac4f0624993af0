package io.s3stream.core;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.append.AppendGate;
import io.s3stream.core.stream.OpenStreams;
import io.s3stream.core.stream.OwnedStream;
import io.s3stream.core.stream.WaitingAppends;
import java.util.ArrayList;
import java.util.List;

/** Appends to several streams of one store in one WAL frame. Thread-safe. */
final class GroupAppends {

    private final OpenStreams streams;
    private final AppendGate gate;
    private final WaitingAppends waiting;

    GroupAppends(OpenStreams streams, AppendGate gate, WaitingAppends waiting) {
        this.streams = streams;
        this.gate = gate;
        this.waiting = waiting;
    }

    List<AppendResult> tryAppend(List<StreamAppend> appends) {
        return gate.tryAppendAll(partsOf(appends));
    }

    /** Blocks while there is no memory for all of them. */
    List<AppendResult> append(List<StreamAppend> appends) {
        List<StreamAppend> group = List.copyOf(appends);
        try {
            return tryAppend(group);
        } catch (StoreBusyException busy) {
            List<RecordBatch> batches = batchesOf(group);
            return waiting.append(
                    "appendAll of " + group.size() + " batches",
                    busy,
                    () -> tryAppend(group),
                    () -> gate.groupWritable(batches));
        }
    }

    private List<AppendGate.Part> partsOf(List<StreamAppend> appends) {
        List<AppendGate.Part> parts = new ArrayList<>(appends.size());
        for (StreamAppend append : appends) {
            if (!(append.stream() instanceof OwnedStream owned) || !streams.isOpen(owned)) {
                throw new InvalidRequestException("stream=" + append.stream().id()
                        + ": appendAll takes streams that this store has open as owner");
            }
            parts.add(new AppendGate.Part(owned.tail(), append.batch(), append.stamp()));
        }
        return parts;
    }

    private static List<RecordBatch> batchesOf(List<StreamAppend> appends) {
        return appends.stream().map(StreamAppend::batch).toList();
    }
}
