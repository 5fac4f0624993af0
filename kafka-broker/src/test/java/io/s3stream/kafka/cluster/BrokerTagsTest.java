package io.s3stream.kafka.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.cluster.decisions.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The tags of a broker, between brokers of several releases. */
class BrokerTagsTest {

    private static final BrokerTags TAGS =
            new BrokerTags("localhost", 9092, 1, Member.Phase.READY, Optional.of("zone-a"));

    @Test
    void rackStaysInEachPhase() {
        NodeInfo draining = node(TAGS.with(Member.Phase.DRAINING).tags());

        assertThat(BrokerTags.of(draining)).contains(TAGS.with(Member.Phase.DRAINING));
        assertThat(BrokerTags.of(draining).orElseThrow().address(draining))
                .isEqualTo(new BrokerAddress(3, "localhost", 9092, Optional.of("zone-a")));
    }

    @Test
    void tagsOfAReleaseWithoutRacksAreReadable() {
        Map<String, String> old = new HashMap<>(TAGS.tags());
        old.remove("kafka.rack");

        NodeInfo node = node(old);
        assertThat(old)
                .isEqualTo(Map.of(
                        "kafka.host",
                        "localhost",
                        "kafka.port",
                        "9092",
                        "kafka.weight",
                        "1.0",
                        "kafka.phase",
                        "READY"));
        assertThat(BrokerTags.of(node).orElseThrow().address(node))
                .isEqualTo(new BrokerAddress(3, "localhost", 9092, Optional.empty()));
    }

    private static NodeInfo node(Map<String, String> tags) {
        return new NodeInfo(3, 1, tags, List.of(), 1);
    }
}
