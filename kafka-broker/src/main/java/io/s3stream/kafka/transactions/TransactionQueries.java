package io.s3stream.kafka.transactions;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData.TopicData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;

/** Answers questions about transactions. Thread-safe: it reads on the coordinator's thread. */
public final class TransactionQueries {

    private final CoordinatorThread thread;
    private final Map<Integer, StatePartition> partitions;
    private final Function<String, Optional<StatePartition>> find;
    private final Function<String, Errors> missing;
    private final Clock clock;

    TransactionQueries(
            CoordinatorThread thread,
            Map<Integer, StatePartition> partitions,
            Function<String, Optional<StatePartition>> find,
            Function<String, Errors> missing,
            Clock clock) {
        this.thread = thread;
        this.partitions = partitions;
        this.find = find;
        this.missing = missing;
        this.clock = clock;
    }

    /** Describes transactional ids, in the order of the names. */
    public CompletableFuture<DescribeTransactionsResponseData> describe(List<String> transactionalIds) {
        return thread.call(() -> CompletableFuture.completedFuture(new DescribeTransactionsResponseData()
                .setTransactionStates(
                        transactionalIds.stream().map(this::describe).toList())));
    }

    private DescribeTransactionsResponseData.TransactionState describe(String id) {
        var state = new DescribeTransactionsResponseData.TransactionState().setTransactionalId(id);
        if (id.isEmpty()) {
            return state.setErrorCode(Errors.INVALID_REQUEST.code());
        }
        Optional<StatePartition> partition = find.apply(id);
        if (partition.isEmpty()) {
            return state.setErrorCode(missing.apply(id).code());
        }
        TransactionMetadata metadata = partition.get().transactions().get(id);
        if (metadata == null || metadata.state() == TransactionState.DEAD) {
            return state.setErrorCode(Errors.TRANSACTIONAL_ID_NOT_FOUND.code());
        }
        for (TopicPartition added : metadata.topicPartitions()) {
            TopicData topic = state.topics().find(added.topic());
            if (topic == null) {
                topic = new TopicData().setTopic(added.topic());
                state.topics().add(topic);
            }
            topic.partitions().add(added.partition());
        }
        return state.setProducerId(metadata.producerId())
                .setProducerEpoch(metadata.producerEpoch())
                .setTransactionState(metadata.state().stateName())
                .setTransactionTimeoutMs(metadata.txnTimeoutMs())
                .setTransactionStartTimeMs(metadata.txnStartTimestamp());
    }

    /** Lists the transactional ids of this broker that pass the filters. */
    public CompletableFuture<ListTransactionsResponseData> list(ListTransactionsRequestData request) {
        return thread.call(() -> CompletableFuture.completedFuture(find(request)));
    }

    private ListTransactionsResponseData find(ListTransactionsRequestData request) {
        ListTransactionsResponseData data = new ListTransactionsResponseData();
        Set<TransactionState> states = new HashSet<>();
        for (String name : request.stateFilters()) {
            TransactionState.fromName(name)
                    .ifPresentOrElse(
                            states::add, () -> data.unknownStateFilters().add(name));
        }
        if (!request.stateFilters().isEmpty() && states.isEmpty()) {
            return data;
        }
        // Its time is linear in the text, so that the expression of a client cannot stop the coordinator.
        String pattern = request.transactionalIdPattern();
        Optional<Pattern> ids = Optional.empty();
        try {
            ids = pattern == null || pattern.isEmpty() ? ids : Optional.of(Pattern.compile(pattern));
        } catch (PatternSyntaxException e) {
            return data.setErrorCode(Errors.INVALID_REGULAR_EXPRESSION.code());
        }
        List<ListTransactionsResponseData.TransactionState> found = new ArrayList<>();
        for (StatePartition partition : partitions.values()) {
            for (TransactionMetadata metadata : partition.transactions().values()) {
                if (passes(request, states, ids, metadata)) {
                    found.add(new ListTransactionsResponseData.TransactionState()
                            .setTransactionalId(metadata.transactionalId())
                            .setProducerId(metadata.producerId())
                            .setTransactionState(metadata.state().stateName()));
                }
            }
        }
        return data.setTransactionStates(found);
    }

    private boolean passes(
            ListTransactionsRequestData request,
            Set<TransactionState> states,
            Optional<Pattern> ids,
            TransactionMetadata metadata) {
        return metadata.state() != TransactionState.DEAD
                && (states.isEmpty() || states.contains(metadata.state()))
                && (request.producerIdFilters().isEmpty()
                        || request.producerIdFilters().contains(metadata.producerId()))
                && (request.durationFilter() < 0
                        || (metadata.txnStartTimestamp() >= 0
                                && clock.millis() - metadata.txnStartTimestamp() > request.durationFilter()))
                && (ids.isEmpty()
                        || ids.get().matcher(metadata.transactionalId()).matches());
    }
}
