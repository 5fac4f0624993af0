package io.s3stream.simulation.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.s3stream.core.append.AppendInbox;
import io.s3stream.core.append.Enqueued;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.log.CommandIntake;
import io.s3stream.core.metadata.state.ChainRule;
import io.s3stream.core.metadata.state.CompactionJudge;
import io.s3stream.core.metadata.state.FenceRule;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.NodeSession;
import io.s3stream.core.metadata.state.RangeJudge;
import io.s3stream.core.metadata.state.SessionResults;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.core.recovery.RecoveryPlan;
import io.s3stream.core.runtime.FailureRule;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.wal.ForwardingWalMedium;
import io.s3stream.testkit.wal.ForwardingWalProvider;
import io.s3stream.wal.block.ring.FenceRules;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The engine with one rule broken each time that only matters with several nodes. */
final class ClusterMutants {

    private ClusterMutants() {}

    /** A new process of a node does not fence the earlier one. */
    static SimEngine noMetadataFence(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public StateMachine stateMachine() {
                return new StateMachine(new RangeJudge(), new SessionResults(), new CompactionJudge(), new FenceRule() {
                    @Override
                    protected boolean isOfPresentSession(NodeSession present, Batch batch) {
                        return true;
                    }

                    @Override
                    protected boolean isOfPresentEpoch(NodeMetadata present, Command command) {
                        return true;
                    }

                    @Override
                    protected long nextEpoch(long epoch) {
                        return epoch;
                    }
                });
            }
        };
    }

    /** A new node under the id of a removed node begins with the first epoch again. */
    static SimEngine floorForgotten(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public StateMachine stateMachine() {
                return new StateMachine(new RangeJudge(), new SessionResults(), new CompactionJudge(), new FenceRule() {
                    @Override
                    protected long floor(long before, long removedEpoch) {
                        return before;
                    }
                });
            }
        };
    }

    /** The WAL of a node is read while its writer may still acknowledge. */
    static SimEngine noWalFence(SimNode node, SimDisks disks) {
        return withMedium(node, disks, medium -> new ForwardingWalMedium(medium) {
            @Override
            public CompletableFuture<Void> fence(WalDescriptor descriptor, long from) {
                return CompletableFuture.completedFuture(null);
            }
        });
    }

    /** R3: a fence begins at the start of the generation. That part is trimmed, and no process writes there. */
    static SimEngine fenceFromTheFirstSequence(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public RecoveryPlan recoveryPlan() {
                return new RecoveryPlan() {
                    @Override
                    public long fenceFrom(Step step) {
                        return step.generation().firstSequence();
                    }
                };
            }
        };
    }

    /** The WAL of a node is released once it was read, before its records are committed. */
    static SimEngine releaseBeforeCommit(SimNode node, SimDisks disks) {
        return withMedium(node, disks, medium -> new ForwardingWalMedium(medium) {
            @Override
            public CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after) {
                return super.replay(descriptor, after).thenApply(replay -> new Replay() {
                    @Override
                    public CompletableFuture<Optional<ReplayedFrame>> next() {
                        return replay.next()
                                .thenCompose(frame -> frame.isPresent()
                                        ? CompletableFuture.completedFuture(frame)
                                        : medium.release(descriptor).thenApply(released -> frame));
                    }

                    @Override
                    public void close() {
                        replay.close();
                    }
                });
            }
        });
    }

    /** R15: streams are closed before their final end is set. */
    static SimEngine closeBeforeEnd(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public RecoveryPlan recoveryPlan() {
                return new RecoveryPlan() {
                    @Override
                    public boolean closesStreams(boolean isLast) {
                        return true;
                    }
                };
            }
        };
    }

    /** Streams of a recovered node stay its own. */
    static SimEngine closeNever(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public RecoveryPlan recoveryPlan() {
                return new RecoveryPlan() {
                    @Override
                    public boolean closesStreams(boolean isLast) {
                        return false;
                    }
                };
            }
        };
    }

    /** Batches that were appended together are in several frames. */
    static SimEngine splitGroups(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public AppendInbox appendInbox() {
                return new AppendInbox() {
                    @Override
                    public boolean add(Enqueued group) {
                        boolean wasEmpty = false;
                        for (Enqueued append : group.appends()) {
                            wasEmpty |= super.add(append);
                        }
                        return wasEmpty;
                    }
                };
            }
        };
    }

    /** R36: a name that cannot be encoded exactly becomes another one. */
    static SimEngine namesReplaced(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public CommandIntake commandIntake() {
                return new CommandIntake() {
                    @Override
                    public Command admit(Command command) {
                        if (command instanceof Command.CreateStream create && create.name() != null) {
                            String written = new String(create.name().getBytes(UTF_8), UTF_8);
                            return super.admit(new Command.CreateStream(
                                    create.nodeId(), create.nodeEpoch(), written, create.tags()));
                        }
                        return super.admit(command);
                    }
                };
            }
        };
    }

    /** R36: a command fails when it is written, after it was queued with other clients' commands. */
    static SimEngine commandsUnchecked(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public CommandIntake commandIntake() {
                return new CommandIntake() {
                    @Override
                    public Command admit(Command command) {
                        return command;
                    }
                };
            }
        };
    }

    /** R38: a context continues with the state that an error has left half-changed. */
    static SimEngine contextsContinueAfterError(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public FailureRule failureRule() {
                return new FailureRule() {
                    @Override
                    public boolean isFatal(Throwable thrown) {
                        return false;
                    }
                };
            }
        };
    }

    /** R41: any head counts as a continuation of the node's knowledge. */
    static SimEngine chainUnchecked(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            public ChainRule chainRule() {
                return new ChainRule() {
                    @Override
                    public boolean continues(UUID known, UUID told) {
                        return true;
                    }

                    @Override
                    public boolean continues(MetadataState known, MetadataState checkpoint) {
                        return true;
                    }
                };
            }
        };
    }

    /** R2: a writer on a shared device does not check its fence after a write. */
    static SimEngine noSecondLook(SimNode node, SimDisks disks) {
        return new SimEngine(node, disks) {
            @Override
            protected FenceRules fenceRules() {
                return new FenceRules() {
                    @Override
                    public CompletableFuture<Void> writeThenCheck(
                            Supplier<CompletableFuture<Void>> write, Supplier<CompletableFuture<Void>> check) {
                        return write.get();
                    }
                };
            }
        };
    }

    private static SimEngine withMedium(SimNode node, SimDisks disks, UnaryOperator<WalMedium> broken) {
        return new SimEngine(node, disks) {
            @Override
            public List<WalProvider> walProviders() {
                return super.walProviders().stream()
                        .<WalProvider>map(wal -> new ForwardingWalProvider(wal) {
                            @Override
                            public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
                                return super.attach(uri, mode, context).thenApply(broken);
                            }
                        })
                        .toList();
            }
        };
    }
}
