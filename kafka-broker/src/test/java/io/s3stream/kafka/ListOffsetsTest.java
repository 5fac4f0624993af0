package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The special timestamps of ListOffsets. */
class ListOffsetsTest {

    private static final String TOPIC = "listed";

    @TempDir
    Path dir;

    private Broker broker;
    private Clients clients;

    @BeforeEach
    void start() throws IOException {
        broker = TestBrokers.start(dir);
        clients = new Clients(broker);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    /** A client that asks for more than the broker knows must not take the answer for an empty partition. */
    @ParameterizedTest
    @CsvSource({
        "-1, 1, NONE",
        "-2, 1, NONE",
        "-3, 6, UNSUPPORTED_VERSION",
        "-3, 7, NONE",
        "-4, 7, UNSUPPORTED_VERSION",
        "-4, 8, NONE",
        "-5, 8, UNSUPPORTED_VERSION",
        "-5, 9, NONE",
        "-6, 10, UNSUPPORTED_VERSION",
        "-6, 11, NONE",
        "-7, 11, UNSUPPORTED_VERSION"
    })
    void timestampThatTheVersionDoesNotHaveIsRefused(long timestamp, int version, Errors error) throws IOException {
        clients.createTopic(TOPIC, 1);
        assertThat(list(timestamp, version).errorCode()).isEqualTo(error.code());
    }

    @Test
    void earliestOffsetHasTheEpochOfItsRecord() throws IOException {
        clients.produce(TOPIC, 0, 10);
        stop();
        start();
        ListOffsetsPartitionResponse earliest = list(ListOffsetsRequest.EARLIEST_TIMESTAMP, 8);
        assertThat(earliest.leaderEpoch()).isZero();
        assertThat(earliest.offset()).isZero();
        assertThat(list(ListOffsetsRequest.LATEST_TIMESTAMP, 8).leaderEpoch()).isEqualTo(1);
    }

    @Test
    void earliestOffsetOfAnEmptyPartitionHasThePresentEpoch() throws IOException {
        clients.createTopic(TOPIC, 1);
        stop();
        start();
        assertThat(list(ListOffsetsRequest.EARLIEST_TIMESTAMP, 8).leaderEpoch()).isEqualTo(1);
    }

    private ListOffsetsPartitionResponse list(long timestamp, int version) throws IOException {
        ListOffsetsTopic topic = new ListOffsetsTopic().setName(TOPIC);
        topic.partitions().add(new ListOffsetsPartition().setTimestamp(timestamp));
        ListOffsetsRequestData request = new ListOffsetsRequestData().setReplicaId(-1);
        request.topics().add(topic);
        try (SocketClient client = new SocketClient(broker.port())) {
            ListOffsetsResponse response = (ListOffsetsResponse) client.send(ApiKeys.LIST_OFFSETS, version, request);
            return response.topics().get(0).partitions().get(0);
        }
    }
}
