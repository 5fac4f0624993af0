package io.s3stream.simulation;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.state.CompactionJudge;
import io.s3stream.core.metadata.state.FenceRule;
import io.s3stream.core.metadata.state.RangeJudge;
import io.s3stream.core.metadata.state.SessionResults;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimNode;

/** The engine with one rule of registrations broken each time. */
final class NodeMutants {

    private NodeMutants() {}

    /** R11: a take-over fences the node at any epoch, although its caller gave one. */
    static SimEngine ignoreExpectedEpoch(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public StateMachine stateMachine() {
                return new StateMachine(new RangeJudge(), new SessionResults(), new CompactionJudge(), new FenceRule() {
                    @Override
                    protected boolean mayRegister(long present, Command.RegisterNode command) {
                        return true;
                    }
                });
            }
        };
    }
}
