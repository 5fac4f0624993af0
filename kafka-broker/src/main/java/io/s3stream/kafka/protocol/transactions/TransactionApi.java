package io.s3stream.kafka.protocol.transactions;

import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.producers.TransactionMarker;
import io.s3stream.kafka.protocol.Answers;
import io.s3stream.kafka.transactions.MarkerSender;
import io.s3stream.kafka.transactions.TransactionCoordinator;
import io.s3stream.kafka.transactions.TransactionalProducer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnResult;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AddOffsetsToTxnRequest;
import org.apache.kafka.common.requests.AddOffsetsToTxnResponse;
import org.apache.kafka.common.requests.AddPartitionsToTxnRequest;
import org.apache.kafka.common.requests.AddPartitionsToTxnResponse;
import org.apache.kafka.common.requests.DescribeTransactionsRequest;
import org.apache.kafka.common.requests.DescribeTransactionsResponse;
import org.apache.kafka.common.requests.EndTxnRequest;
import org.apache.kafka.common.requests.EndTxnResponse;
import org.apache.kafka.common.requests.ListTransactionsRequest;
import org.apache.kafka.common.requests.ListTransactionsResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;
import org.apache.kafka.server.common.TransactionVersion;

/** The requests of transactions, but InitProducerId: those of producers, of other brokers, and of tools. */
public final class TransactionApi {

    private static final String OFFSETS = org.apache.kafka.common.internals.Topic.GROUP_METADATA_TOPIC_NAME;

    private final TransactionCoordinator coordinator;
    private final Cluster cluster;
    private final MarkerSender markers;
    private final Function<String, OptionalInt> offsetsPartition;

    /**
     * @param markers writes to the logs of this broker
     * @param offsetsPartition the partition of {@code __consumer_offsets} of a group, or nothing before the topic exists
     */
    public TransactionApi(
            TransactionCoordinator coordinator,
            Cluster cluster,
            MarkerSender markers,
            Function<String, OptionalInt> offsetsPartition) {
        this.coordinator = coordinator;
        this.cluster = cluster;
        this.markers = markers;
        this.offsetsPartition = offsetsPartition;
    }

    /** AddPartitionsToTxn: versions to 3 come from producers, and later ones from brokers. */
    public CompletableFuture<KafkaResponse> addPartitions(RequestContext context, AddPartitionsToTxnRequest request) {
        boolean isFromClient = request.version() < 4;
        List<CompletableFuture<AddPartitionsToTxnResult>> results = new ArrayList<>();
        AddPartitionsToTxnRequest normal = isFromClient ? request.normalizeRequest() : request;
        for (AddPartitionsToTxnTransaction transaction : normal.data().transactions()) {
            results.add(addPartitions(transaction, isFromClient));
        }
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    AddPartitionsToTxnResponseData data = new AddPartitionsToTxnResponseData();
                    for (CompletableFuture<AddPartitionsToTxnResult> result : results) {
                        if (isFromClient) {
                            data.setResultsByTopicV3AndBelow(result.join().topicResults());
                        } else {
                            data.resultsByTransaction().add(result.join());
                        }
                    }
                    return KafkaResponse.of(new AddPartitionsToTxnResponse(data));
                });
    }

    private CompletableFuture<AddPartitionsToTxnResult> addPartitions(
            AddPartitionsToTxnTransaction transaction, boolean isFromClient) {
        Set<TopicPartition> partitions = new HashSet<>(AddPartitionsToTxnRequest.getPartitions(transaction.topics()));
        Map<TopicPartition, Errors> unknown = unknown(partitions);
        String id = transaction.transactionalId();
        if (!unknown.isEmpty()) {
            partitions.forEach(partition -> unknown.putIfAbsent(partition, Errors.OPERATION_NOT_ATTEMPTED));
            return CompletableFuture.completedFuture(AddPartitionsToTxnResponse.resultForTransaction(id, unknown));
        }
        TransactionalProducer producer =
                new TransactionalProducer(id, transaction.producerId(), transaction.producerEpoch());
        CompletableFuture<Map<TopicPartition, Errors>> outcomes = isFromClient
                ? coordinator.add(producer, partitions, TransactionVersion.TV_0).thenApply(error -> {
                    Map<TopicPartition, Errors> all = new HashMap<>();
                    partitions.forEach(partition -> all.put(partition, error));
                    return all;
                })
                : coordinator.verify(producer, partitions, !transaction.verifyOnly());
        return outcomes.thenApply(all -> AddPartitionsToTxnResponse.resultForTransaction(id, all));
    }

    private Map<TopicPartition, Errors> unknown(Set<TopicPartition> partitions) {
        Map<TopicPartition, Errors> unknown = new HashMap<>();
        for (TopicPartition partition : partitions) {
            if (cluster.view().partition(partition).isEmpty()) {
                unknown.put(partition, Errors.UNKNOWN_TOPIC_OR_PARTITION);
            }
        }
        return unknown;
    }

    /** AddOffsetsToTxn: adds the partition with the offsets of a group to the transaction. */
    public CompletableFuture<KafkaResponse> addOffsets(RequestContext context, AddOffsetsToTxnRequest request) {
        AddOffsetsToTxnRequestData data = request.data();
        OptionalInt partition = offsetsPartition.apply(data.groupId());
        CompletableFuture<Errors> added = partition.isEmpty()
                ? CompletableFuture.completedFuture(Errors.COORDINATOR_NOT_AVAILABLE)
                : coordinator.add(
                        new TransactionalProducer(data.transactionalId(), data.producerId(), data.producerEpoch()),
                        Set.of(new TopicPartition(OFFSETS, partition.getAsInt())),
                        TransactionVersion.TV_0);
        return added.thenApply(error -> {
            // Only newer clients know that a fenced producer differs from one with an old epoch.
            Errors known =
                    error == Errors.PRODUCER_FENCED && request.version() < 2 ? Errors.INVALID_PRODUCER_EPOCH : error;
            return KafkaResponse.of(
                    new AddOffsetsToTxnResponse(new AddOffsetsToTxnResponseData().setErrorCode(known.code())));
        });
    }

    /** EndTxn. */
    public CompletableFuture<KafkaResponse> end(RequestContext context, EndTxnRequest request) {
        EndTxnRequestData data = request.data();
        TransactionVersion version = request.version() > 4 ? TransactionVersion.TV_2 : TransactionVersion.TV_0;
        return coordinator
                .end(
                        new TransactionalProducer(data.transactionalId(), data.producerId(), data.producerEpoch()),
                        request.result() == TransactionResult.COMMIT,
                        version)
                .thenApply(result -> {
                    Errors known = result.error() == Errors.PRODUCER_FENCED && request.version() < 2
                            ? Errors.INVALID_PRODUCER_EPOCH
                            : result.error();
                    EndTxnResponseData answer = new EndTxnResponseData().setErrorCode(known.code());
                    if (version.supportsEpochBump()) {
                        answer.setProducerId(result.producerId()).setProducerEpoch(result.producerEpoch());
                    }
                    return KafkaResponse.of(new EndTxnResponse(answer));
                });
    }

    /** WriteTxnMarkers, from coordinators on other brokers. */
    public CompletableFuture<KafkaResponse> writeMarkers(RequestContext context, WriteTxnMarkersRequest request) {
        Map<Long, Map<TopicPartition, Errors>> outcomes = new HashMap<>();
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (WriteTxnMarkersRequest.TxnMarkerEntry entry : request.markers()) {
            TransactionMarker marker = new TransactionMarker(
                    entry.producerId(),
                    entry.producerEpoch(),
                    entry.transactionResult() == TransactionResult.COMMIT,
                    entry.coordinatorEpoch(),
                    entry.transactionVersion());
            CompletableFuture<Map<TopicPartition, Errors>> written =
                    markers.send(marker, new HashSet<>(entry.partitions()));
            all = all.thenCombine(written, (before, results) -> {
                outcomes.computeIfAbsent(entry.producerId(), id -> new HashMap<>())
                        .putAll(results);
                return null;
            });
        }
        return all.thenApply(done -> KafkaResponse.of(new WriteTxnMarkersResponse(outcomes)));
    }

    /** DescribeTransactions. */
    public CompletableFuture<KafkaResponse> describe(RequestContext context, DescribeTransactionsRequest request) {
        return Answers.of(
                request,
                coordinator.queries().describe(request.data().transactionalIds()),
                DescribeTransactionsResponse::new);
    }

    /** ListTransactions. */
    public CompletableFuture<KafkaResponse> list(RequestContext context, ListTransactionsRequest request) {
        return Answers.of(request, coordinator.queries().list(request.data()), ListTransactionsResponse::new);
    }
}
