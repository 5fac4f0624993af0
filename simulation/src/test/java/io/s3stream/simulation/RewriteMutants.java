package io.s3stream.simulation;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.state.CompactionJudge;
import io.s3stream.core.metadata.state.RangeJudge;
import io.s3stream.core.metadata.state.SessionResults;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimNode;

/** The engine with one rule of the rewriting of streams broken each time. */
public final class RewriteMutants {

    private RewriteMutants() {}

    /** R17: a rewriting replaces the ranges at its offsets although others have replaced its source since. */
    static SimEngine commitsAlthoughItsSourceWasReplaced(SimNode node, SimDisks disks) {
        return with(node, disks, new CompactionJudge() {
            @Override
            protected Verdict judgeRewritten(StreamMetadata stream, CompactedRange range, long bytesRead) {
                Verdict verdict = super.judgeRewritten(stream, range, bytesRead);
                return verdict instanceof Taken ? verdict : atItsOffsets(stream, range);
            }
        });
    }

    /** R47: a rewriting is committed although its stream was opened since it began. */
    static SimEngine formerOwnerCommits(SimNode node, SimDisks disks) {
        return with(node, disks, new CompactionJudge() {
            @Override
            protected boolean mayRewrite(StreamMetadata stream, Command.CommitRewrite command) {
                return true;
            }
        });
    }

    private static CompactionJudge.Verdict atItsOffsets(StreamMetadata stream, CompactedRange range) {
        int first = stream.ranges().indexOf(range.start());
        int last = stream.ranges().indexOf(range.end() - 1);
        boolean isAligned = first >= 0
                && last >= first
                && stream.ranges().get(first).start() == range.start()
                && stream.ranges().get(last).end() == range.end();
        return isAligned ? new CompactionJudge.Taken(first, last + 1) : new CompactionJudge.Dead();
    }

    private static SimEngine with(SimNode node, SimDisks disks, CompactionJudge judge) {
        return new SimEngine(node, disks) {
            @Override
            public StateMachine stateMachine() {
                return new StateMachine(new RangeJudge(), new SessionResults(), judge);
            }
        };
    }
}
