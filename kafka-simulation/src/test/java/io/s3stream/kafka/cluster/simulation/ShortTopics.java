package io.s3stream.kafka.cluster.simulation;

import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * Topics that are created and deleted while brokers are in trouble. They have no clients. A broker deletes a topic while
 * others have its logs open. Owner of the number of topics so far.
 */
final class ShortTopics {

    private static final String PREFIX = "short";
    private static final int MAX_PARTITIONS = 6;

    private final BrokerWorld world;
    private final Fleet fleet;
    private int created;

    ShortTopics(BrokerWorld world, Fleet fleet) {
        this.world = world;
        this.fleet = fleet;
    }

    /** Creates a topic or deletes one, with any broker that serves. Either may fail. */
    void createOrDelete() {
        SimulatedBroker broker = fleet.any(fleet.serving());
        if (broker == null) {
            return;
        }
        List<Topic> present = broker.cluster().view().topics().stream()
                .filter(topic -> topic.name().startsWith(PREFIX))
                .toList();
        if (present.isEmpty() || world.simulator().chance(0.5)) {
            create(broker);
        } else {
            Topic topic = present.get(world.simulator().random().nextInt(present.size()));
            catalogue(broker, topic.id())
                    .delete(topic)
                    .whenComplete((deleted, error) -> world.trace(
                            topic.name() + (error == null ? " is deleted" : " may not be deleted: " + error)));
        }
    }

    private void create(SimulatedBroker broker) {
        created++;
        String name = PREFIX + created;
        catalogue(broker, new Uuid(8, created))
                .create(name, 1 + world.simulator().random().nextInt(MAX_PARTITIONS), TopicConfigs.DEFAULTS)
                .whenComplete((id, error) ->
                        world.trace(name + (error == null ? " is created" : " may not be created: " + error)));
    }

    private static Catalogue catalogue(SimulatedBroker broker, Uuid id) {
        return new Catalogue(broker.store(), () -> id);
    }
}
