package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.utils.Crc32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that no honest client sends: each is answered or ends its connection, and others are served as before. */
class HostileRequestsTest {

    private static final int REQUESTS = 3000;

    /** Where the attributes of a batch are. The checksum is before them, and covers them and all that follows. */
    private static final int ATTRIBUTES = 21;

    @TempDir
    Path dir;

    @Test
    void changedRequestsAreAnsweredOrEndTheirConnection() throws IOException {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println("-Dfuzz.seed=" + seed);
        Random random = new Random(seed);
        try (Broker broker = TestBrokers.start(dir);
                Admin admin = new Clients(broker).admin()) {
            Uuid id = get(admin.createTopics(List.of(new NewTopic("sample", 1, (short) 1)))
                    .topicId("sample"));
            List<byte[]> originals = originals(broker, id);
            for (int i = 0; i < REQUESTS; i++) {
                byte[] changed = changed(random, originals.get(random.nextInt(originals.size())));
                sendAndAwaitTheEnd(broker, changed);
            }
            Clients clients = new Clients(broker);
            clients.createTopic("served", 1);
            clients.produce("served", 0, 10);
            assertThat(clients.consume("served", 0, 10)).isEqualTo(Clients.values(10));
        }
    }

    /** A request of each kind in its newest version, as frames without their length. */
    private static List<byte[]> originals(Broker broker, Uuid id) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        RequestSamples samples = new RequestSamples(id);
        for (ApiVersion api : RequestVersionsTest.advertised(broker)) {
            ApiKeys key = ApiKeys.forId(api.apiKey());
            short version = api.maxVersion();
            frames.add(frame(key, version, harmless(new GenericRequests("sample", id).filled(key, version))));
            if (samples.has(key)) {
                frames.add(frame(key, version, harmless(samples.of(key, version))));
            }
        }
        return frames;
    }

    /** A changed number of partitions is checked, but thousands of them would only cost time. */
    private static ApiMessage harmless(ApiMessage request) {
        if (request instanceof CreateTopicsRequestData creation) {
            creation.setValidateOnly(true);
        } else if (request instanceof CreatePartitionsRequestData growth) {
            growth.setValidateOnly(true);
        }
        return request;
    }

    private static byte[] frame(ApiKeys key, short version, ApiMessage request) {
        RequestHeader header = new RequestHeader(key, version, "raw", 1);
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion())
                .buffer();
        ByteBuffer body = MessageUtil.toByteBufferAccessor(request, version).buffer();
        byte[] frame = new byte[head.remaining() + body.remaining()];
        int headBytes = head.remaining();
        head.get(frame, 0, headBytes);
        body.get(frame, headBytes, body.remaining());
        return frame;
    }

    private static byte[] changed(Random random, byte[] original) {
        byte[] frame = original.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(frame.length);
            switch (random.nextInt(5)) {
                case 0 -> frame[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                case 1 -> frame[at] = (byte) random.nextInt();
                case 2 -> Arrays.fill(frame, at, Math.min(frame.length, at + Integer.BYTES), (byte) 0xff);
                case 3 -> {
                    frame[at] = 0x7f; // the beginning of a great length
                    Arrays.fill(frame, at + 1, Math.min(frame.length, at + Integer.BYTES), (byte) 0xff);
                }
                default -> frame = Arrays.copyOf(frame, 1 + random.nextInt(frame.length));
            }
        }
        return frame;
    }

    /** Sends a frame and nothing more. The broker must close the connection, after an answer or without one. */
    private static void sendAndAwaitTheEnd(Broker broker, byte[] frame) throws IOException {
        try (Socket socket = new Socket("localhost", broker.port())) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write(ByteBuffer.allocate(Integer.BYTES + frame.length)
                    .putInt(frame.length)
                    .put(frame)
                    .array());
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                continue;
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @Test
    void expressionThatBacktracksDoesNotStopTheCoordinator() throws IOException {
        try (Broker broker = TestBrokers.start(dir);
                Admin admin = new Clients(broker).admin();
                KafkaProducer<String, String> producer =
                        new Clients(broker).producer(Map.of("transactional.id", "a".repeat(60) + "b"))) {
            producer.initTransactions();
            ListTransactionsOptions options = new ListTransactionsOptions().filterOnTransactionalIdPattern("(a+)+");
            assertThat(get(admin.listTransactions(options).all())).isEmpty();
        }
    }

    /** A compressed batch of one record that claims to have as many as an int can count. */
    private static MemoryRecords claimingManyRecords() {
        ByteBuffer batch = MemoryRecords.withRecords(
                        Compression.gzip().build(), new SimpleRecord(1000, "key".getBytes(), "value".getBytes()))
                .buffer();
        batch.putInt(DefaultRecordBatch.LAST_OFFSET_DELTA_OFFSET, Integer.MAX_VALUE - 1);
        batch.putInt(DefaultRecordBatch.RECORDS_COUNT_OFFSET, Integer.MAX_VALUE);
        return withChecksum(batch);
    }

    private static MemoryRecords withChecksum(ByteBuffer batch) {
        long checksum = Crc32C.compute(batch, ATTRIBUTES, batch.limit() - ATTRIBUTES);
        batch.putInt(ATTRIBUTES - Integer.BYTES, (int) checksum);
        return MemoryRecords.readableRecords(batch);
    }

    private static PartitionProduceResponse produce(SocketClient client, Uuid topic, MemoryRecords records)
            throws IOException {
        var data = new ProduceRequestData.TopicProduceData().setTopicId(topic);
        data.partitionData().add(new ProduceRequestData.PartitionProduceData().setRecords(records));
        ProduceRequestData request = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(10_000);
        request.topicData().add(data);
        ProduceResponse response = (ProduceResponse) client.send(ApiKeys.PRODUCE, 13, request);
        return response.data()
                .responses()
                .iterator()
                .next()
                .partitionResponses()
                .get(0);
    }

    @Test
    void memoryDoesNotDependOnTheClaimsOfABatch() throws IOException {
        try (Broker broker = TestBrokers.start(dir);
                Admin admin = new Clients(broker).admin();
                SocketClient client = new SocketClient(broker.port())) {
            var created = admin.createTopics(List.of(
                    new NewTopic("checked", 1, (short) 1)
                            .configs(Map.of("message.timestamp.before.max.ms", "9000000000000")),
                    new NewTopic("open", 1, (short) 1)));
            assertThat(produce(client, get(created.topicId("checked")), claimingManyRecords())
                            .errorCode())
                    .isEqualTo(Errors.INVALID_RECORD.code());
            assertThat(produce(client, get(created.topicId("open")), claimingManyRecords())
                            .errorCode())
                    .isEqualTo(Errors.NONE.code());
            TopicPartition partition = new TopicPartition("open", 0);
            assertThat(get(admin.listOffsets(Map.of(partition, OffsetSpec.forTimestamp(1)))
                                    .all())
                            .get(partition)
                            .offset())
                    .isZero();
        }
    }

    /** Consumers would stop at such a batch. The records of a compressed batch are not looked at. */
    @Test
    void batchWhoseRecordsDoNotMatchItsHeaderIsRefused() throws IOException {
        try (Broker broker = TestBrokers.start(dir);
                Admin admin = new Clients(broker).admin();
                SocketClient client = new SocketClient(broker.port())) {
            Uuid topic = get(admin.createTopics(List.of(new NewTopic("open", 1, (short) 1)))
                    .topicId("open"));
            ByteBuffer batch = MemoryRecords.withRecords(Compression.NONE, new SimpleRecord("value".getBytes()))
                    .buffer();
            batch.putInt(DefaultRecordBatch.LAST_OFFSET_DELTA_OFFSET, 1);
            batch.putInt(DefaultRecordBatch.RECORDS_COUNT_OFFSET, 2);

            assertThat(produce(client, topic, withChecksum(batch)).errorCode()).isEqualTo(Errors.INVALID_RECORD.code());
        }
    }

    /** No reader could pass over such a batch. */
    @Test
    void batchWithAnUnknownCompressionIsRefused() throws IOException {
        try (Broker broker = TestBrokers.start(dir);
                Admin admin = new Clients(broker).admin();
                SocketClient client = new SocketClient(broker.port())) {
            Uuid topic = get(admin.createTopics(List.of(new NewTopic("open", 1, (short) 1)))
                    .topicId("open"));
            for (short compression = 5; compression < 8; compression++) {
                ByteBuffer batch = MemoryRecords.withRecords(Compression.NONE, new SimpleRecord("value".getBytes()))
                        .buffer();
                MemoryRecords records = withChecksum(batch.putShort(ATTRIBUTES, compression));
                assertThat(produce(client, topic, records).errorCode()).isEqualTo(Errors.INVALID_RECORD.code());
            }
            Clients clients = new Clients(broker);
            clients.produce("open", 0, 10);
            assertThat(clients.consume("open", 0, 10)).isEqualTo(Clients.values(10));
        }
    }
}
