package io.s3stream.simulation;

import io.s3stream.core.compact.CoverageProof;
import io.s3stream.core.compact.TrimRule;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.state.CompactionJudge;
import io.s3stream.core.metadata.state.FenceRule;
import io.s3stream.core.metadata.state.NodeSession;
import io.s3stream.core.metadata.state.RangeJudge;
import io.s3stream.core.metadata.state.SessionResults;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimNode;
import org.jspecify.annotations.Nullable;

/** The engine with one rule of the compaction broken each time. */
public final class CompactionMutants {

    private CompactionMutants() {}

    /** L5: a copy leaves out one record more than was trimmed. The proof notices. */
    public static SimEngine compactLosesRecord(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public TrimRule trimRule() {
                return trimTooMuch();
            }
        };
    }

    /** L5: the same, without a comparison of the output with the plan: data is lost. */
    public static SimEngine compactWithoutProof(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public TrimRule trimRule() {
                return trimTooMuch();
            }

            @Override
            public CoverageProof coverageProof() {
                return new CoverageProof() {
                    @Override
                    protected boolean covers(
                            Numbers named, Numbers written, long keepFrom, long batchesLost, boolean isContiguous) {
                        return true;
                    }
                };
            }

            @Override
            public StateMachine stateMachine() {
                return new StateMachine(new RangeJudge(), new SessionResults(), new CompactionJudge() {
                    @Override
                    protected Verdict judge(@Nullable StreamMetadata stream, CompactedRange range) {
                        Verdict verdict = super.judge(stream, range);
                        if (stream == null || !(verdict instanceof Uncovered)) {
                            return verdict;
                        }
                        int end = stream.ranges().indexOf(range.end() - 1) + 1;
                        return new Taken(end - range.replaced().size(), end);
                    }
                });
            }
        };
    }

    private static TrimRule trimTooMuch() {
        return new TrimRule() {
            @Override
            protected boolean isTrimmed(long endOffset, long startOffset) {
                return endOffset <= startOffset + 4;
            }
        };
    }

    /** R22: a process commits its compaction although another process has become its node since. */
    static SimEngine fencedCompactorCommits(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public StateMachine stateMachine() {
                return new StateMachine(
                        new RangeJudge(), new SessionResults(), new CompactionJudge(), letCompactionsPass());
            }
        };
    }

    /** R17: the same, and it replaces any ranges that are at its offsets now. */
    static SimEngine lateCompactorReplacesAnything(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public StateMachine stateMachine() {
                return new StateMachine(
                        new RangeJudge(),
                        new SessionResults(),
                        new CompactionJudge() {
                            @Override
                            protected Verdict judge(@Nullable StreamMetadata stream, CompactedRange range) {
                                if (stream == null || !(super.judge(stream, range) instanceof Dead)) {
                                    return super.judge(stream, range);
                                }
                                int first = stream.ranges().indexOf(range.start());
                                int last = stream.ranges().indexOf(range.end() - 1);
                                return first < 0 || stream.ranges().get(last).end() != range.end()
                                        ? new Dead()
                                        : new Taken(first, last + 1);
                            }
                        },
                        letCompactionsPass());
            }
        };
    }

    private static FenceRule letCompactionsPass() {
        return new FenceRule() {
            @Override
            protected boolean isOfPresentSession(NodeSession present, Batch batch) {
                return super.isOfPresentSession(present, batch)
                        || batch.commands().stream().anyMatch(Command.CommitCompaction.class::isInstance);
            }

            @Override
            protected boolean isOfPresentEpoch(NodeMetadata present, Command command) {
                return command instanceof Command.CommitCompaction || super.isOfPresentEpoch(present, command);
            }
        };
    }
}
