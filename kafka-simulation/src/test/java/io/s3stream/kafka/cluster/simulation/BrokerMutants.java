package io.s3stream.kafka.cluster.simulation;

import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.metadata.MetadataListener;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.state.CompactionJudge;
import io.s3stream.core.metadata.state.FenceRule;
import io.s3stream.core.metadata.state.NodeSession;
import io.s3stream.core.metadata.state.RangeJudge;
import io.s3stream.core.metadata.state.SessionResults;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.decisions.Assignment;
import io.s3stream.kafka.cluster.decisions.Member;
import io.s3stream.kafka.cluster.decisions.Member.Phase;
import io.s3stream.kafka.cluster.decisions.Suspicions;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Brokers with one rule broken each time. */
final class BrokerMutants {

    private BrokerMutants() {}

    static Map<String, BrokerVariant> all() {
        Map<String, BrokerVariant> all = new TreeMap<>();
        all.put("suspicion without epoch", suspicionWithoutEpoch());
        all.put("take-over by everybody", takeOverByEverybody());
        all.put("no take-over", noTakeOver());
        all.put("each broker prefers itself", selfish());
        all.put("a draining broker stays", drainIgnored());
        all.put("no fence in the metadata", engine(BrokerMutants::noFence));
        all.put("view from the future", viewFromTheFuture());
        return all;
    }

    /** A suspicion attacks any process of the node. */
    private static BrokerVariant suspicionWithoutEpoch() {
        return new BrokerVariant() {
            @Override
            StreamStore store(StreamStore store, int self) {
                return StoreCalls.intercepted(store, (method, arguments) -> {
                    if (method.equals("takeOver") && arguments.length == 2) {
                        arguments[1] = TakeOverOptions.defaults();
                    }
                    return StoreCalls.PASS;
                });
            }
        };
    }

    /** No broker waits for its turn. */
    private static BrokerVariant takeOverByEverybody() {
        return new BrokerVariant() {
            @Override
            Suspicions suspicions(int self) {
                return new Suspicions(Integer.MIN_VALUE);
            }
        };
    }

    private static BrokerVariant noTakeOver() {
        return new BrokerVariant() {
            @Override
            StreamStore store(StreamStore store, int self) {
                return StoreCalls.intercepted(
                        store,
                        (method, arguments) -> method.equals("takeOver")
                                ? CompletableFuture.failedFuture(new StorageException("mutant"))
                                : StoreCalls.PASS);
            }
        };
    }

    /** A broker believes that it leads each free partition, before it has opened its stream. */
    private static BrokerVariant viewFromTheFuture() {
        return new BrokerVariant() {
            @Override
            StreamStore store(StreamStore store, int self) {
                return StoreCalls.intercepted(store, (method, arguments) -> {
                    if (method.equals("watch")) {
                        MetadataListener listener = (MetadataListener) arguments[1];
                        arguments[1] = (MetadataListener) update -> listener.changed(new MetadataUpdate(
                                new FutureSnapshot(update.snapshot(), self),
                                update.created(),
                                update.changed(),
                                update.deleted(),
                                update.nodes(),
                                update.isComplete()));
                    }
                    return StoreCalls.PASS;
                });
            }
        };
    }

    private record FutureSnapshot(MetadataSnapshot present, int self) implements MetadataSnapshot {

        @Override
        public long version() {
            return present.version();
        }

        @Override
        public List<NodeInfo> nodes() {
            return present.nodes();
        }

        @Override
        public Optional<NodeInfo> node(int id) {
            return present.node(id);
        }

        @Override
        public Optional<StreamInfo> stream(long id) {
            return present.stream(id).map(this::future);
        }

        @Override
        public Optional<StreamInfo> findStream(String name) {
            return present.findStream(name).map(this::future);
        }

        @Override
        public List<StreamInfo> streams(String prefix, long after, int limit) {
            return present.streams(prefix, after, limit).stream()
                    .map(this::future)
                    .toList();
        }

        private StreamInfo future(StreamInfo stream) {
            return stream.owner() >= 0
                    ? stream
                    : new StreamInfo(
                            stream.id(),
                            stream.name(),
                            stream.tags(),
                            stream.epoch() + 1,
                            stream.callerEpoch(),
                            self,
                            stream.startOffset(),
                            stream.committedEnd(),
                            stream.bytes(),
                            stream.sealed(),
                            stream.quarantine());
        }
    }

    /** Brokers do not agree on the placement. */
    private static BrokerVariant selfish() {
        return new BrokerVariant() {
            @Override
            Assignment assignment(int self, Collection<Member> members, Collection<Topic> topics) {
                return Assignment.of(
                        self,
                        members.stream()
                                .map(member -> new Member(
                                        member.id(), member.epoch(), member.id() == self ? 3 : 1, member.phase()))
                                .toList(),
                        topics);
            }
        };
    }

    private static BrokerVariant drainIgnored() {
        return new BrokerVariant() {
            @Override
            Assignment assignment(int self, Collection<Member> members, Collection<Topic> topics) {
                return Assignment.of(
                        self,
                        members.stream()
                                .map(member -> member.phase() == Phase.DRAINING
                                        ? new Member(member.id(), member.epoch(), member.weight(), Phase.READY)
                                        : member)
                                .toList(),
                        topics);
            }
        };
    }

    private static BrokerVariant engine(SimEngine.Factory engine) {
        return new BrokerVariant() {
            @Override
            SimEngine engine(SimNode process, SimDisks disks) {
                return engine.create(process, disks);
            }
        };
    }

    /** A taker does not fence the process that it takes over. */
    private static SimEngine noFence(SimNode process, SimDisks disks) {
        return new BrokerEngine(process, disks) {
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
}
