package io.s3stream.kafka.partition;

import io.s3stream.kafka.producers.TransactionMarker;
import io.s3stream.kafka.producers.VerificationGuard;
import org.jspecify.annotations.Nullable;

/** The source of a batch, which decides the checks that the batch must pass. */
sealed interface AppendOrigin {

    /**
     * A client's batch: epoch and sequence are checked.
     *
     * @param options the rules of the topic
     * @param guard of a transactional batch, whose membership in its transaction the coordinator has confirmed; null
     *     for a batch that needs none
     */
    record Client(AppendOptions options, @Nullable VerificationGuard guard) implements AppendOrigin {}

    /** A batch of a coordinator, such as offsets of a group: the epoch is checked, and it has no sequence. */
    record Coordinator(@Nullable VerificationGuard guard) implements AppendOrigin {}

    /**
     * A batch of Kafka's own group coordinator: records or a marker.
     *
     * @param guard as for a client's batch
     * @param transactionVersion of a marker, see {@link TransactionMarker#transactionVersion}
     */
    record Own(@Nullable VerificationGuard guard, short transactionVersion) implements AppendOrigin {}

    /** A marker that ends a transaction in this partition. */
    record Marker(TransactionMarker marker) implements AppendOrigin {}
}
