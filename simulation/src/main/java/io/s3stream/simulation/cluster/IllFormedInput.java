package io.s3stream.simulation.cluster;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StreamException;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.testkit.sim.Simulator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Calls that can never be right: each is refused, and changes nothing for others [R36]. Owner of nothing. */
final class IllFormedInput {

    private static final String UNPAIRED_SURROGATE = "s\uD800";

    private final Simulator simulator;
    private final Findings findings;

    /** A call with its description. */
    private record Call(String what, Ask ask) {}

    private interface Ask {
        CompletableFuture<?> of(StreamStore store);
    }

    IllFormedInput(Simulator simulator, Findings findings) {
        this.simulator = simulator;
        this.findings = findings;
    }

    /** Makes one of these calls. */
    void pass(StreamStore store) {
        List<Call> calls = calls();
        Call call = calls.get(simulator.random().nextInt(calls.size()));
        simulator.count("host: ill-formed " + call.what());
        CompletableFuture<?> answer;
        try {
            answer = call.ask().of(store);
        } catch (NullPointerException refused) {
            return;
        } catch (StreamException refused) {
            findings.rejectCorruption(refused);
            return;
        }
        answer.whenComplete((value, error) -> findings.guard(() -> {
            if (error == null) {
                throw new HistoryViolation("accepted: " + call.what());
            }
            if (!(Findings.unwrap(error) instanceof NullPointerException)) {
                findings.rejectCorruption(error);
            }
        }));
    }

    @SuppressWarnings("NullAway") // null is the point
    private static List<Call> calls() {
        return List.of(
                new Call("null name", store -> create(store, null, Map.of())),
                new Call("unpaired surrogate", store -> create(store, UNPAIRED_SURROGATE, Map.of())),
                new Call("control character", store -> create(store, "s\u0000", Map.of())),
                new Call("long name", store -> create(store, "\u00e4".repeat(513), Map.of())),
                new Call("surrogate in a tag", store -> create(store, "", Map.of("k", UNPAIRED_SURROGATE))),
                new Call("large tags", store -> create(store, "", Map.of("k", "v".repeat(16 << 10)))),
                new Call("null options", store -> store.createStream(null)),
                new Call("negative epoch", store -> store.openStream(1, OpenOptions.owner(-1))),
                new Call("large epoch", store -> store.openStream(1, OpenOptions.owner(1L << 62))),
                new Call("negative id", store -> store.openStream(-1, OpenOptions.owner())),
                new Call("null name to find", store -> store.findStream(null)),
                new Call("null prefix", store -> store.listStreams(null, 0, 1)),
                new Call("unknown node", store -> store.takeOver(-1)),
                new Call("null WAL", store -> store.switchWal(null)));
    }

    private static CompletableFuture<?> create(StreamStore store, String name, Map<String, String> tags) {
        return store.createStream(new CreateOptions(name, tags));
    }
}
