package io.s3stream.kafka.transactions;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;

/**
 * The transactional ids of one partition of {@code __transaction_state} that this broker leads. Owns their metadata.
 * Confined to the coordinator's thread.
 */
final class StatePartition {

    private final StateLog log;
    private final Map<String, TransactionMetadata> transactions;

    /** Completes when the transition in progress of an id ends. */
    private final Map<String, CompletableFuture<Void>> transitions = new HashMap<>();

    StatePartition(StateLog.Loaded loaded) {
        log = loaded.log();
        transactions = loaded.transactions();
    }

    StateLog log() {
        return log;
    }

    Map<String, TransactionMetadata> transactions() {
        return transactions;
    }

    void beginTransition(String id) {
        transitions.computeIfAbsent(id, key -> new CompletableFuture<>());
    }

    /** Ends the transition; waiting requests run again. */
    void endTransition(String id) {
        CompletableFuture<Void> transition = transitions.remove(id);
        if (transition != null) {
            transition.complete(null);
        }
    }

    /** Completes when the transition in progress ends; completes at once if there is none. */
    CompletableFuture<Void> whenIdle(String id) {
        CompletableFuture<Void> transition = transitions.get(id);
        return transition == null ? CompletableFuture.completedFuture(null) : transition.copy();
    }

    /** Ends all transitions of a partition that this broker no longer leads. */
    void resign() {
        transitions.values().forEach(transition -> transition.complete(null));
        transitions.clear();
    }
}
