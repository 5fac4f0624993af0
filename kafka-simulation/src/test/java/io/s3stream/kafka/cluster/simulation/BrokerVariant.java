package io.s3stream.kafka.cluster.simulation;

import io.s3stream.api.StreamStore;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.decisions.Assignment;
import io.s3stream.kafka.cluster.decisions.Member;
import io.s3stream.kafka.cluster.decisions.Suspicions;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimNode;
import java.util.Collection;

/** The parts of the brokers that a mutant replaces. These are the right ones. */
class BrokerVariant {

    SimEngine engine(SimNode process, SimDisks disks) {
        return new BrokerEngine(process, disks);
    }

    Suspicions suspicions(int self) {
        return new Suspicions(self);
    }

    Assignment assignment(int self, Collection<Member> members, Collection<Topic> topics) {
        return Assignment.of(self, members, topics);
    }

    /** The store as the broker sees it. */
    StreamStore store(StreamStore store, int self) {
        return store;
    }
}
