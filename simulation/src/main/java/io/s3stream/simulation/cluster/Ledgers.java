package io.s3stream.simulation.cluster;

import io.s3stream.simulation.FinalVerifier;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.history.StreamHistory;
import io.s3stream.simulation.linear.Holder;
import io.s3stream.simulation.linear.LinearChecker;
import io.s3stream.simulation.linear.NotLinearizableException;
import io.s3stream.simulation.linear.Operation;
import io.s3stream.simulation.linear.OperationLog;
import io.s3stream.testkit.sim.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The promises to each stream, and its operations in order. Owner of the operations. */
final class Ledgers {

    private final Simulator simulator;
    private final FinalVerifier verifier;
    private final Map<Long, Ledger> ledgers = new TreeMap<>();
    private final List<Fencing> fencings = new ArrayList<>();

    Ledgers(Simulator simulator, FinalVerifier verifier) {
        this.simulator = simulator;
        this.verifier = verifier;
    }

    /** The ledger of one stream. */
    static final class Ledger {
        private final StreamHistory history;
        private final OperationLog log = new OperationLog();
        private int holders;

        Ledger(StreamHistory history) {
            this.history = history;
        }

        StreamHistory history() {
            return history;
        }

        OperationLog log() {
            return log;
        }

        Holder newHolder(ClusterProcess process) {
            return new Holder(++holders, process.nodeId(), process.number());
        }
    }

    /** A process that begins to take over the open streams of other processes of a node. */
    final class Fencing {
        private final Operation.Fence fence;
        private final Map<Ledger, OperationLog.Call> calls = new java.util.LinkedHashMap<>();

        Fencing(Operation.Fence fence) {
            this.fence = fence;
        }

        private void beginAt(Ledger ledger) {
            calls.put(ledger, ledger.log.begin(fence));
        }

        /** The process owns the streams. */
        void done() {
            fencings.remove(this);
            calls.forEach((ledger, call) -> ledger.log.done(call));
        }

        /** The process is over: effects that did not occur so far never will. */
        void expired() {
            fencings.remove(this);
            calls.forEach((ledger, call) -> ledger.log.expired(call));
        }
    }

    Ledger of(long streamId) {
        return ledgers.computeIfAbsent(streamId, id -> {
            Ledger ledger = new Ledger(verifier.history(id));
            fencings.forEach(fencing -> fencing.beginAt(ledger));
            return ledger;
        });
    }

    /** @param process the only process that the fence spares; -1 for none */
    Fencing fence(int node, int process) {
        Fencing fencing = new Fencing(new Operation.Fence(node, process));
        fencings.add(fencing);
        ledgers.values().forEach(fencing::beginAt);
        return fencing;
    }

    /** Requires that some order of effects explains all operations. */
    void check() {
        ledgers.forEach((id, ledger) -> {
            try {
                simulator.count("stream " + LinearChecker.check(ledger.log));
            } catch (NotLinearizableException e) {
                throw new HistoryViolation("stream=" + id + ": " + e.getMessage());
            }
        });
    }
}
