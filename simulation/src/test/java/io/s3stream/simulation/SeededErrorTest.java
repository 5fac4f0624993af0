package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.runtime.FailureRule;
import io.s3stream.testkit.sim.SimNode;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** An Error at every step of the engine, one after the other [R38]. */
class SeededErrorTest {

    private static final int MOST_STEPS = Integer.getInteger("seeded.steps", 120);

    @Test
    void anErrorAtAnyStepIsToldTruthfullyAndStopsNothingElse_R38() {
        Set<String> hit = errorAtEachStep(StepAtAllocation::new);
        assertThat(hit)
                .contains(
                        "append.allocate",
                        "append.issued",
                        "append.durable",
                        "upload.frozen",
                        "upload.commit",
                        "metadata.cas");
        System.out.println("seeded Errors at " + hit);
    }

    /** Parts of the engine go on with half-changed state. */
    @Test
    void aContextThatGoesOnIsNoticed_R38() {
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

    private static Set<String> errorAtEachStep(SimEngine.Factory engine) {
        Set<String> hit = new TreeSet<>();
        for (int step = 0; step < MOST_STEPS; step++) {
            String at = new SeededErrorScenario(1 + step % 3, step, engine).run();
            if (at != null) {
                hit.add(at);
            }
        }
        return hit;
    }

    /** Taking memory is a step, too. */
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
