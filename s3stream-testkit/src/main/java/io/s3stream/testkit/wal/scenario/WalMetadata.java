package io.s3stream.testkit.wal.scenario;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A linearizable model of a node's metadata. A change takes effect at one moment and exactly once. Its response arrives
 * later. After a lost response the change is sent again, as a metadata client does that recognises its own commands.
 * Owns the view.
 */
final class WalMetadata {

    private static final long CAS_NANOS = 2_000_000;

    /** The first sequence of a generation that is registered before its first sequence is known. */
    static final long NOT_BEGUN = -1;

    /** A registered generation. */
    record Generation(WalDescriptor descriptor, long firstSequence, OptionalLong sealedEnd) {

        long walEpoch() {
            return descriptor.walEpoch();
        }

        Generation sealedAt(long first, long end) {
            return new Generation(descriptor, first, OptionalLong.of(end));
        }
    }

    /** The end of the node's frames that are in object storage. */
    record Committed(long walEpoch, WalAnchor anchor) {

        long sequence() {
            return anchor.sequence();
        }
    }

    record View(long nodeEpoch, List<Generation> generations, Committed committed) {

        View {
            generations = List.copyOf(generations);
        }

        View withEpoch(long newEpoch) {
            return new View(newEpoch, generations, committed);
        }

        View with(List<Generation> newGenerations) {
            return new View(nodeEpoch, newGenerations, committed);
        }

        View with(Committed newCommitted) {
            return new View(nodeEpoch, generations, newCommitted);
        }

        View plus(Generation generation) {
            List<Generation> all = new ArrayList<>(generations);
            all.add(generation);
            return with(all);
        }

        /** Checks that the caller's registration is still the newest. */
        void require(long epoch) {
            if (nodeEpoch != epoch) {
                throw new FencedException("node epoch " + epoch + " was superseded by " + nodeEpoch);
            }
        }
    }

    private final Simulator simulator;
    private final double losses;
    private View view = new View(0, List.of(), new Committed(0, new WalAnchor(0, 0, 0)));

    /** @param losses the probability that a request or a response is lost */
    WalMetadata(Simulator simulator, double losses) {
        this.simulator = simulator;
        this.losses = losses;
    }

    /** Returns the present view without delay. No process of the simulated world can do that. */
    View now() {
        return view;
    }

    CompletableFuture<View> read(SimNode node) {
        return change(node, "read", present -> present);
    }

    /**
     * Changes the view.
     *
     * @param change runs once; throws a {@link StreamException} to refuse
     * @return the view after the change
     */
    CompletableFuture<View> change(SimNode node, String name, UnaryOperator<View> change) {
        Command command = new Command(node, "metadata." + name, change);
        command.send();
        return command.answer;
    }

    private final class Command {

        private final SimNode node;
        private final String name;
        private final UnaryOperator<View> change;
        private final CompletableFuture<View> answer = new CompletableFuture<>();
        private @Nullable View result;
        private @Nullable StreamException refusal;

        Command(SimNode node, String name, UnaryOperator<View> change) {
            this.node = node;
            this.name = name;
            this.change = change;
        }

        void send() {
            simulator.after(simulator.latency(CAS_NANOS), name, () -> {
                node.reached(name);
                node.takeEffect(this::arrive);
            });
        }

        private void arrive() {
            if (simulator.chance(losses)) {
                simulator.count("fault: metadata request lost");
                sendAgain();
                return;
            }
            if (result == null && refusal == null) {
                try {
                    view = change.apply(view);
                    result = view;
                } catch (StreamException e) {
                    refusal = e;
                }
            }
            if (simulator.chance(losses)) {
                simulator.count("fault: metadata answer lost");
                sendAgain();
                return;
            }
            simulator.after(simulator.latency(CAS_NANOS / 2), name + " done", () -> {
                node.reached(name + " done");
                node.whenRunning(this::hear);
            });
        }

        private void sendAgain() {
            simulator.after(simulator.latency(CAS_NANOS * 5), name + " timeout", () -> node.whenRunning(this::send));
        }

        private void hear() {
            if (refusal != null) {
                answer.completeExceptionally(refusal);
            } else {
                answer.complete(result);
            }
        }
    }
}
