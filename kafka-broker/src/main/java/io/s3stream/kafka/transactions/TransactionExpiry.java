package io.s3stream.kafka.transactions;

import java.time.Clock;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;

/** Aborts transactions that have timed out, and forgets idle transactional ids. Confined to the coordinator's thread. */
final class TransactionExpiry {

    private final TransactionSettings settings;
    private final Clock clock;
    private final Map<Integer, StatePartition> partitions;
    private final BiConsumer<StatePartition, TransactionMetadata> abort;
    private final Transitions transitions;

    TransactionExpiry(
            TransactionSettings settings,
            Clock clock,
            Map<Integer, StatePartition> partitions,
            BiConsumer<StatePartition, TransactionMetadata> abort,
            Transitions transitions) {
        this.settings = settings;
        this.clock = clock;
        this.partitions = partitions;
        this.abort = abort;
        this.transitions = transitions;
    }

    void abortTimedOut() {
        long now = clock.millis();
        forEach(
                (partition, metadata) -> metadata.state() == TransactionState.ONGOING
                        && now - metadata.txnStartTimestamp() > metadata.txnTimeoutMs(),
                abort);
    }

    void forgetIdle() {
        long now = clock.millis();
        forEach(
                (partition, metadata) -> metadata.state().isExpirationAllowed()
                        && now - metadata.txnLastUpdateTimestamp()
                                >= settings.idExpiration().toMillis(),
                transitions::forget);
    }

    private void forEach(
            BiPredicate<StatePartition, TransactionMetadata> condition,
            BiConsumer<StatePartition, TransactionMetadata> action) {
        for (StatePartition partition : partitions.values()) {
            partition.transactions().values().stream()
                    .filter(metadata -> !metadata.pendingTransitionInProgress() && condition.test(partition, metadata))
                    .toList()
                    .forEach(metadata -> action.accept(partition, metadata));
        }
    }
}
