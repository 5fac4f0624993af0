package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.AppendResult;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamStore;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.runtime.FailureRule;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** An Error at every step of the engine, one after the other [R38]. */
class SeededErrorTest {

    private static final int MAX_STEPS = Integer.getInteger("seeded.steps", 240);
    private static final int SEEDS = 3;

    @Test
    void errorAtAnyStepIsReportedTruthfullyAndStopsNothingElse_R38() {
        Set<String> hit = errorAtEachStep(StepAtAllocation::new);
        assertThat(hit)
                .contains(
                        "append.stamp",
                        "append.allocate",
                        "append.issued",
                        "append.durable",
                        "upload.frozen",
                        "upload.commit",
                        "compact.rewriteStream",
                        "compact.commit",
                        "metadata.cas");
        System.out.println("seeded Errors at " + hit);
    }

    /** Parts of the engine continue with half-changed state. */
    @Test
    void continuingContextIsNoticed_R38() {
        assertThatThrownBy(() -> errorAtEachStep((node, disks) -> new SimEngine(node, disks) {
                    @Override
                    public FailureRule failureRule() {
                        return new FailureRule() {
                            @Override
                            public boolean isFatal(Throwable thrown) {
                                return false;
                            }
                        };
                    }
                }))
                .isInstanceOf(RuntimeException.class);
    }

    /**
     * The frame is durable and its outcome unknown. Recovery finds all of it, even if the host closes a stream first.
     */
    @Test
    void groupStaysWholeIfOneOfItsStreamsIsClosedAfterError_R38() {
        SimWorld world = new SimWorld(1, SimEngine::new);
        SimDisks disk = new SimDisks(world.simulator());
        SimNode node = world.start("node", disk, at -> false);
        StreamStore store = world.await(world.open(node, disk, 0), "open");
        Stream one = open(world, store, "one");
        Stream other = open(world, store, "other");
        AtomicBoolean hit = new AtomicBoolean();
        node.watch(step -> {
            if (step.equals("append.durable") && hit.compareAndSet(false, true)) {
                throw new StackOverflowError("seeded");
            }
        });
        List<AppendResult> group = store.tryAppendAll(List.of(
                new StreamAppend(one, RecordBatch.of("a", 1)), new StreamAppend(other, RecordBatch.of("b", 1))));
        group.forEach(append -> world.settle(append.durable(), "append"));
        assertThat(hit).isTrue();
        world.settle(one.close(), "close of a stream");
        node.crash();

        StreamStore again = world.await(world.open(world.start("successor", disk, at -> false), disk, 0), "open again");
        assertThat(open(world, again, "one").confirmOffset())
                .isEqualTo(open(world, again, "other").confirmOffset());
        world.await(again.close(Duration.ofSeconds(30)), "close");
    }

    private static Stream open(SimWorld world, StreamStore store, String name) {
        return world.await(
                store.createStream(CreateOptions.named(name))
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream " + name);
    }

    private static Set<String> errorAtEachStep(SimEngine.Factory engine) {
        Set<String> hit = new TreeSet<>();
        for (int step = 0; step < MAX_STEPS; step++) {
            for (int seed = 1; seed <= SEEDS; seed++) { // the steps of a seed in other places than those of another
                String at = new SeededErrorScenario(seed, step, engine).run();
                if (at != null) {
                    hit.add(at);
                }
            }
        }
        return hit;
    }

    /** Allocation of memory is a step, too. */
    private static final class StepAtAllocation extends SimEngine {

        private final SimNode node;

        StepAtAllocation(SimNode node, SimDisks disks) {
            super(node, disks);
            this.node = node;
        }

        @Override
        protected SlabPool newSlabPool(int slabBytes, int alignment, MemoryBudget budget, long pinLimit) {
            return new SlabPool(slabBytes, alignment, budget, pinLimit) {
                @Override
                public Slab allocate(int bytes) {
                    node.step("append.allocate");
                    return super.allocate(bytes);
                }
            };
        }
    }
}
