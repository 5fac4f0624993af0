package io.s3stream.kafka.protocol.transactions;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.producers.TransactionMarker;
import io.s3stream.kafka.protocol.Answers;
import io.s3stream.kafka.protocol.TopicLookup;
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
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnResult;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
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
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.server.common.TransactionVersion;

/** The requests of transactions, but InitProducerId: those of producers, of other brokers, and of tools. */
public final class TransactionApi {

    private static final String OFFSETS = org.apache.kafka.common.internals.Topic.GROUP_METADATA_TOPIC_NAME;

    private final TransactionCoordinator coordinator;
    private final Cluster cluster;
    private final MarkerSender markers;
    private final Function<String, OptionalInt> offsetsPartition;
    private final Access access;

    /**
     * @param markers writes to the logs of this broker
     * @param offsetsPartition the partition of {@code __consumer_offsets} of a group, or nothing before the topic exists
     */
    public TransactionApi(
            TransactionCoordinator coordinator,
            Cluster cluster,
            MarkerSender markers,
            Function<String, OptionalInt> offsetsPartition,
            Access access) {
        this.access = access;
        this.coordinator = coordinator;
        this.cluster = cluster;
        this.markers = markers;
        this.offsetsPartition = offsetsPartition;
    }

    /** AddPartitionsToTxn: versions to 3 come from producers, and later ones from brokers. */
    public CompletableFuture<KafkaResponse> addPartitions(RequestContext context, AddPartitionsToTxnRequest request) {
        boolean isFromClient = request.version() < 4;
        Predicate<String> isPermitted = name -> true;
        if (isFromClient) {
            access.requireTransaction(
                    context, AclOperation.WRITE, request.data().v3AndBelowTransactionalId());
            isPermitted = access.topics(context, AclOperation.WRITE);
        } else {
            access.requireCluster(context, AclOperation.CLUSTER_ACTION);
        }
        List<CompletableFuture<AddPartitionsToTxnResult>> results = new ArrayList<>();
        AddPartitionsToTxnRequest normal = isFromClient ? request.normalizeRequest() : request;
        for (AddPartitionsToTxnTransaction transaction : normal.data().transactions()) {
            results.add(addPartitions(transaction, isFromClient, isPermitted));
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
            AddPartitionsToTxnTransaction transaction, boolean isFromClient, Predicate<String> isPermitted) {
        Set<TopicPartition> partitions = new HashSet<>(AddPartitionsToTxnRequest.getPartitions(transaction.topics()));
        Map<TopicPartition, Errors> unknown = unknown(partitions, isPermitted);
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

    private Map<TopicPartition, Errors> unknown(Set<TopicPartition> partitions, Predicate<String> isPermitted) {
        Map<TopicPartition, Errors> unknown = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Errors error = TopicLookup.byName(cluster.view(), partition.topic(), isPermitted)
                    .partition(partition.partition());
            if (error != Errors.NONE) {
                unknown.put(partition, error);
            }
        }
        return unknown;
    }

    /** AddOffsetsToTxn: adds the partition with the offsets of a group to the transaction. */
    public CompletableFuture<KafkaResponse> addOffsets(RequestContext context, AddOffsetsToTxnRequest request) {
        AddOffsetsToTxnRequestData data = request.data();
        access.requireTransaction(context, AclOperation.WRITE, data.transactionalId());
        access.requireGroup(context, AclOperation.READ, data.groupId());
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
        access.requireTransaction(context, AclOperation.WRITE, data.transactionalId());
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
        if (!access.cluster(context, AclOperation.ALTER)) {
            access.requireCluster(context, AclOperation.CLUSTER_ACTION);
        }
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
        Map<Boolean, List<String>> ids = request.data().transactionalIds().stream()
                .collect(Collectors.partitioningBy(access.transactions(context, AclOperation.DESCRIBE)));
        Predicate<String> isVisible = access.filter(context, AclOperation.DESCRIBE, ResourceType.TOPIC);
        return Answers.of(request, coordinator.queries().describe(ids.getOrDefault(true, List.of())), described -> {
            List<DescribeTransactionsResponseData.TransactionState> all =
                    new ArrayList<>(described.transactionStates());
            all.forEach(state -> state.topics().removeIf(topic -> !isVisible.test(topic.topic())));
            ids.getOrDefault(false, List.of())
                    .forEach(id -> all.add(new DescribeTransactionsResponseData.TransactionState()
                            .setTransactionalId(id)
                            .setErrorCode(Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED.code())));
            return new DescribeTransactionsResponse(described.setTransactionStates(all));
        });
    }

    /** ListTransactions. */
    public CompletableFuture<KafkaResponse> list(RequestContext context, ListTransactionsRequest request) {
        Predicate<String> isVisible = access.filter(context, AclOperation.DESCRIBE, ResourceType.TRANSACTIONAL_ID);
        return Answers.of(
                request,
                coordinator.queries().list(request.data()),
                listed -> new ListTransactionsResponse(listed.setTransactionStates(listed.transactionStates().stream()
                        .filter(state -> isVisible.test(state.transactionalId()))
                        .toList())));
    }
}
