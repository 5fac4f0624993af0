package io.s3stream.kafka.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.partition.LogSettings;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.partition.PartitionLogs;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.BufferSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The coordinator of a partition begins and ends with the log. A new coordinator has the offsets of the old one. */
class GroupCoordinatorsTest {

    private static final TopicPartition NAME = new TopicPartition(GroupCoordinators.TOPIC, 0);
    private static final long PRODUCER = 4;
    private static final short EPOCH = 0;
    private static final short VERSION = 2;

    @TempDir
    Path dir;

    private final GroupCoordinators coordinators = new GroupCoordinators(0, GroupSettings.defaults());
    private StreamStore store;
    private PartitionLogs opener;
    private long streamId;
    private long producersId;
    private PartitionLog log;

    /** The answer of the transaction's coordinator. */
    private CompletableFuture<Map<TopicPartition, Errors>> verified =
            CompletableFuture.completedFuture(Map.of(NAME, Errors.NONE));

    @BeforeEach
    void open() {
        coordinators.verifyWith((producer, partitions, isAdded) -> verified);
        store = StreamStore.builder()
                .storage(dir.resolve("objects").toUri())
                .wal(URI.create("block:" + dir.resolve("wal") + "?capacity=64MiB"))
                .nodeId(0)
                .open();
        opener = new PartitionLogs(store, LogSettings.DEFAULTS, Clock.systemUTC());
        streamId = store.createStream(CreateOptions.named("offsets")).join();
        producersId = store.createStream(CreateOptions.named("producers")).join();
    }

    @AfterEach
    void close() {
        coordinators.close();
        store.close();
        opener.close();
    }

    @Test
    void coordinatorIsElectedWhenTheTopicBecomesVisible() {
        assertThat(fetch().errorCode()).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());
        lead();
        coordinators.viewed(view());
        awaitCommitted(-1);
    }

    @Test
    void commitsOutliveAChangeOfTheLeader() throws Exception {
        coordinators.viewed(view());
        lead();
        awaitCommitted(-1);
        commit(7);
        awaitCommitted(7);
        resign();
        await().until(() -> fetch().errorCode() == Errors.NOT_COORDINATOR.code());
        lead();
        awaitCommitted(7);
        commit(8);
        awaitCommitted(8);
    }

    @Test
    void transactionEndsAfterAChangeOfTheLeader() throws Exception {
        coordinators.viewed(view());
        lead();
        awaitCommitted(-1);
        commit(1);
        commitInTransaction(5);
        resign();
        lead();
        awaitCommitted(1);
        endTransaction(TransactionResult.COMMIT);
        awaitCommitted(5);
        resign();
        lead();
        awaitCommitted(5);
    }

    @Test
    void offsetsThatComeAfterTheEndOfTheirTransactionAreRefused() throws Exception {
        coordinators.viewed(view());
        lead();
        awaitCommitted(-1);
        commit(1);
        verified = new CompletableFuture<>();
        CompletableFuture<TxnOffsetCommitResponseData> late = beginCommitInTransaction(5);
        endTransaction(TransactionResult.ABORT);
        verified.complete(Map.of(NAME, Errors.NONE)); // before the marker, the transaction did include the partition
        assertThat(late.get(30, TimeUnit.SECONDS)
                        .topics()
                        .get(0)
                        .partitions()
                        .get(0)
                        .errorCode())
                .isEqualTo(Errors.INVALID_TXN_STATE.code());
        awaitCommitted(1);
        commitInTransaction(6);
        endTransaction(TransactionResult.COMMIT);
        awaitCommitted(6);
    }

    /** With version 2 the marker of a transaction has the epoch of the next one. It may arrive twice, after a time-out. */
    @Test
    void markerThatIsRepeatedLateDoesNotEndTheNextTransaction() throws Exception {
        coordinators.viewed(view());
        lead();
        awaitCommitted(-1);
        short next = EPOCH + 1;
        commitInTransaction(5);
        endTransaction(next).get(30, TimeUnit.SECONDS);
        awaitCommitted(5);
        beginCommitInTransaction(6, next).get(30, TimeUnit.SECONDS);
        assertThat(endTransaction(next))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withCauseInstanceOf(InvalidProducerEpochException.class);
        awaitCommitted(5);
        endTransaction((short) (next + 1)).get(30, TimeUnit.SECONDS);
        awaitCommitted(6);
    }

    private CompletableFuture<Void> endTransaction(short epoch) {
        return coordinators.service().completeTransaction(NAME, PRODUCER, epoch, 0, TransactionResult.COMMIT, (short)
                2);
    }

    private void endTransaction(TransactionResult result) throws Exception {
        coordinators
                .service()
                .completeTransaction(NAME, PRODUCER, EPOCH, 0, result, (short) 1)
                .get(30, TimeUnit.SECONDS);
    }

    private void lead() {
        Stream stream = store.openStream(streamId, OpenOptions.owner()).join();
        log = opener.open(NAME, Uuid.ONE_UUID, stream, producersId).join();
        coordinators.opened(log);
    }

    private void resign() {
        log.close().join();
        coordinators.closed(log);
    }

    private ClusterView view() {
        Topic offsets = new Topic(
                Uuid.ONE_UUID,
                GroupCoordinators.TOPIC,
                streamId,
                TopicConfigs.DEFAULTS,
                List.of(new PartitionState(0, streamId, producersId, 0, 1)));
        return new ClusterView(List.of(), List.of(offsets), 1);
    }

    private void awaitCommitted(long offset) {
        await().until(() -> {
            OffsetFetchResponseGroup fetched = fetch();
            return fetched.errorCode() == Errors.NONE.code()
                    && fetched.topics().get(0).partitions().get(0).committedOffset() == offset;
        });
    }

    private OffsetFetchResponseGroup fetch() {
        OffsetFetchRequestGroup request = new OffsetFetchRequestGroup()
                .setGroupId("group")
                .setTopics(
                        List.of(new OffsetFetchRequestTopics().setName("topic").setPartitionIndexes(List.of(0))));
        return coordinators
                .service()
                .fetchOffsets(context(ApiKeys.OFFSET_FETCH, (short) 8), request, false)
                .exceptionally(error -> new OffsetFetchResponseGroup()
                        .setErrorCode(Errors.forException(error).code()))
                .join();
    }

    private void commit(long offset) throws Exception {
        OffsetCommitRequestData request = new OffsetCommitRequestData()
                .setGroupId("group")
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName("topic")
                        .setPartitions(List.of(new OffsetCommitRequestPartition().setCommittedOffset(offset)))));
        coordinators
                .service()
                .commitOffsets(context(ApiKeys.OFFSET_COMMIT, VERSION), request, BufferSupplier.NO_CACHING)
                .get(30, TimeUnit.SECONDS);
    }

    private void commitInTransaction(long offset) throws Exception {
        beginCommitInTransaction(offset).get(30, TimeUnit.SECONDS);
    }

    private CompletableFuture<TxnOffsetCommitResponseData> beginCommitInTransaction(long offset) {
        return beginCommitInTransaction(offset, EPOCH);
    }

    private CompletableFuture<TxnOffsetCommitResponseData> beginCommitInTransaction(long offset, short epoch) {
        TxnOffsetCommitRequestData request = new TxnOffsetCommitRequestData()
                .setGroupId("group")
                .setTransactionalId("transaction")
                .setProducerId(PRODUCER)
                .setProducerEpoch(epoch)
                .setTopics(List.of(new TxnOffsetCommitRequestTopic()
                        .setName("topic")
                        .setPartitions(List.of(new TxnOffsetCommitRequestPartition().setCommittedOffset(offset)))));
        return coordinators
                .service()
                .commitTransactionalOffsets(
                        context(ApiKeys.TXN_OFFSET_COMMIT, VERSION), request, BufferSupplier.NO_CACHING);
    }

    private static RequestContext context(ApiKeys key, short version) {
        return new RequestContext(
                new RequestHeader(key, version, "client", 1),
                "connection",
                InetAddress.getLoopbackAddress(),
                KafkaPrincipal.ANONYMOUS,
                ListenerName.forSecurityProtocol(SecurityProtocol.PLAINTEXT),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                false);
    }
}
