package io.s3stream.simulation;

import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.core.append.AckOrder;
import io.s3stream.core.append.IssuedFrame;
import io.s3stream.core.append.rules.OutcomeRule;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.state.NodeSession;
import io.s3stream.core.metadata.state.RangeJudge;
import io.s3stream.core.metadata.state.SessionResults;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.core.recovery.RecoveryPlan;
import io.s3stream.core.stream.CallerAnswers;
import io.s3stream.core.upload.CommitOrder;
import io.s3stream.core.upload.RunFilter;
import io.s3stream.core.upload.SegmentUpload;
import io.s3stream.core.write.HandOver;
import io.s3stream.layout.FrameHeader;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.wal.block.ring.TailJudge;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The engine with one rule of appends, uploads, recovery or memory broken each time. */
public final class Mutants {

    private Mutants() {}

    public static SimEngine effectsOnTheCallersFuture(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public CallerAnswers callerAnswers(Executor callbacks) {
                return new CallerAnswers(callbacks) {
                    @Override
                    public <T> CompletableFuture<T> of(CompletableFuture<T> effect, Consumer<@Nullable T> over) {
                        effect.whenComplete((value, error) -> over.accept(null));
                        return effect;
                    }
                };
            }
        };
    }

    public static SimEngine ackBeforeDurable(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public AckOrder ackOrder() {
                return new AckOrder() {
                    @Override
                    @Nullable
                    public IssuedFrame takeAcknowledgeable() {
                        return window.poll();
                    }
                };
            }
        };
    }

    public static SimEngine ackOutOfOrder(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public AckOrder ackOrder() {
                return new AckOrder() {
                    @Override
                    @Nullable
                    public IssuedFrame takeAcknowledgeable() {
                        for (Iterator<IssuedFrame> frames = window.iterator(); frames.hasNext(); ) {
                            IssuedFrame frame = frames.next();
                            if (frame.isDurable()) {
                                frames.remove();
                                return frame;
                            }
                        }
                        return null;
                    }
                };
            }
        };
    }

    /** Writes to the next WAL, and acknowledges there, before the metadata name it. */
    public static SimEngine switchBeforeCommit(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public HandOver handOver() {
                return new HandOver() {
                    @Override
                    public CompletableFuture<Void> run(Supplier<CompletableFuture<Void>> commit, Runnable write) {
                        write.run();
                        return commit.get();
                    }
                };
            }
        };
    }

    /** Ends the old WAL before its last acknowledged frame. */
    public static SimEngine sealTooEarly(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public HandOver handOver() {
                return new HandOver() {
                    @Override
                    public long sealedEnd(long ackedThrough) {
                        return ackedThrough - 1;
                    }
                };
            }
        };
    }

    public static SimEngine trimBeforeCommit(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public CommitOrder commitOrder() {
                return new CommitOrder() {
                    @Override
                    public CommittedPosition trimTo(SegmentUpload committed, Deque<SegmentUpload> left) {
                        SegmentUpload newest = left.isEmpty() ? committed : left.getLast();
                        return newest.segment().coversTo();
                    }
                };
            }
        };
    }

    /** R14: a later upload is committed first, and its position covers the earlier one. */
    public static SimEngine wrongCoveredPosition(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public CommitOrder commitOrder() {
                return new CommitOrder() {
                    @Override
                    @Nullable
                    public SegmentUpload next(Deque<SegmentUpload> uploads) {
                        return uploads.stream()
                                .filter(SegmentUpload::isWritten)
                                .findFirst()
                                .orElse(null);
                    }

                    @Override
                    public long coversFrom(SegmentUpload upload, long lastCommitted) {
                        return lastCommitted;
                    }
                };
            }
        };
    }

    public static SimEngine replayPastSealedEnd(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public RecoveryPlan recoveryPlan() {
                return new RecoveryPlan() {
                    @Override
                    protected long clipAt(Generation generation) {
                        return Long.MAX_VALUE;
                    }
                };
            }
        };
    }

    public static SimEngine skipSealedGenerations(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public RecoveryPlan recoveryPlan() {
                return new RecoveryPlan() {
                    @Override
                    protected boolean isNeeded(Generation generation, CommittedPosition committed) {
                        return !generation.isSealed();
                    }
                };
            }
        };
    }

    /** R3: a replay begins at the start of the generation, whose first frames are already trimmed. */
    public static SimEngine replayFromTheFirstSequence(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public RecoveryPlan recoveryPlan() {
                return new RecoveryPlan() {
                    @Override
                    protected WalAnchor anchor(Generation generation, CommittedPosition committed) {
                        return super.anchor(generation, CommittedPosition.NONE);
                    }
                };
            }
        };
    }

    /** R37: records behind a hole are committed like others, and the metadata refuse them forever. */
    public static SimEngine commitRecordsBehindHole(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public RecoveryPlan recoveryPlan() {
                return new CommitsEverything();
            }
        };
    }

    /** R37: records behind a hole are lost without a report. */
    public static SimEngine dropRecordsBehindHole(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public RecoveryPlan recoveryPlan() {
                return new CommitsEverything();
            }

            @Override
            public StateMachine stateMachine() {
                return new StateMachine(
                        new RangeJudge() {
                            @Override
                            protected Verdict judge(
                                    @Nullable StreamMetadata stream, UploadedObject.UploadedRange range) {
                                Verdict right = super.judge(stream, range);
                                return right == Verdict.GAP || right == Verdict.CUT ? Verdict.DEAD : right;
                            }
                        },
                        new SessionResults());
            }
        };
    }

    private static final class CommitsEverything extends RecoveryPlan {
        @Override
        public boolean isCommittable(StreamMetadata stream, long streamEpoch, long baseOffset, long next) {
            return true;
        }
    }

    /** R26: an append that a WAL received is reported as not written, although a recovery may find it. */
    public static SimEngine notWrittenWithoutASeal(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public OutcomeRule outcomeRule() {
                return new OutcomeRule() {
                    @Override
                    public Outcome ofIssued(boolean isSealedBefore) {
                        return Outcome.NOT_WRITTEN;
                    }
                };
            }
        };
    }

    /** R8: neither the recovery nor the state checks the epoch of recovered records. */
    public static SimEngine ignoreStreamEpochs(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public RunFilter runFilter() {
                return new RunFilter() {
                    @Override
                    public boolean wanted(@Nullable StreamMetadata stream, long streamEpoch, long end) {
                        return stream != null && super.wanted(stream, stream.epoch(), end);
                    }
                };
            }

            @Override
            public StateMachine stateMachine() {
                return new StateMachine(
                        new RangeJudge() {
                            @Override
                            protected Verdict judge(
                                    @Nullable StreamMetadata stream, UploadedObject.UploadedRange range) {
                                return stream == null
                                        ? super.judge(null, range)
                                        : super.judge(
                                                stream,
                                                new UploadedObject.UploadedRange(
                                                        range.streamId(),
                                                        stream.epoch(),
                                                        range.start(),
                                                        range.end(),
                                                        range.bytes(),
                                                        range.maxTimestamp()));
                            }
                        },
                        new SessionResults());
            }
        };
    }

    /** R16: a batch whose response was lost is not recognised. */
    public static SimEngine forgetResults(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public StateMachine stateMachine() {
                return new StateMachine(new RangeJudge(), new SessionResults() {
                    @Override
                    protected @Nullable List<CommandResult> recognise(@Nullable NodeSession current, Batch batch) {
                        return null;
                    }
                });
            }
        };
    }

    /** R29: memory is reused although a request that timed out may still read it. */
    public static SimEngine reuseSlabInFlight(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            protected SlabPool newSlabPool(int slabBytes, int alignment, MemoryBudget budget, long pinLimit) {
                return new SlabPool(slabBytes, alignment, budget, pinLimit) {
                    @Override
                    protected boolean mayReuse(Slab slab) {
                        return true;
                    }
                };
            }
        };
    }

    /** L12: sometimes a reference on a slab is not released. */
    public static SimEngine leakSlabs(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            protected SlabPool newSlabPool(int slabBytes, int alignment, MemoryBudget budget, long pinLimit) {
                return new SlabPool(slabBytes, alignment, budget, pinLimit) {
                    private int allocated;

                    @Override
                    public Slab allocate(int bytes) {
                        Slab slab = super.allocate(bytes);
                        if (++allocated % 10 == 0) {
                            slab.retain();
                        }
                        return slab;
                    }
                };
            }
        };
    }

    /** R7: a damaged frame is always taken for a torn tail. */
    public static SimEngine noLookAhead(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            protected TailJudge tailJudge() {
                return new TailJudge() {
                    @Override
                    public boolean isEvidence(FrameHeader header, long position, long bad, WalDescriptor descriptor) {
                        return false;
                    }
                };
            }
        };
    }
}
