package io.s3stream.kafka.transactions.checker;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.IsolationLevel;

/** A history with indexes by value. Immutable. */
final class Evidence {

    private final History history;
    private final Map<Long, Transaction> writers = new HashMap<>();
    private final Map<Long, Sent> sends = new HashMap<>();

    /** The offsets of values by readings and acknowledgements. */
    private final Map<Long, Long> offsets = new HashMap<>();

    private final Map<Reading, Set<Long>> delivered = new IdentityHashMap<>();
    private final Set<Long> visible = new HashSet<>();

    Evidence(History history) {
        this.history = history;
        for (Transaction transaction : history.transactions()) {
            for (Sent sent : transaction.sends()) {
                writers.put(sent.value(), transaction);
                sends.put(sent.value(), sent);
                if (sent.offset() != History.NONE) {
                    offsets.put(sent.value(), sent.offset());
                }
            }
        }
        for (Reading reading : history.readings()) {
            delivered.put(reading, reading.values());
            reading.records().forEach(read -> offsets.putIfAbsent(read.value(), read.offset()));
            if (reading.isCommitted()) {
                visible.addAll(reading.values());
            }
        }
    }

    History history() {
        return history;
    }

    /** All records that were sent. */
    Stream<Sent> sends() {
        return history.transactions().stream().flatMap(transaction -> transaction.sends().stream());
    }

    Sent sent(long value) {
        return sends.get(value);
    }

    Transaction writer(long value) {
        return writers.get(value);
    }

    boolean wasSent(long value) {
        return sends.containsKey(value);
    }

    /** The acknowledged or observed offset of a value, or {@link History#NONE}. */
    long offset(long value) {
        return offsets.getOrDefault(value, History.NONE);
    }

    /** Whether a read_committed reading delivered it. */
    boolean isVisible(long value) {
        return visible.contains(value);
    }

    boolean isVisible(Transaction transaction) {
        return transaction.sends().stream().anyMatch(sent -> isVisible(sent.value()));
    }

    /** Whether a reading of the isolation delivered it. */
    boolean isDelivered(long value, IsolationLevel isolation) {
        return history.readings().stream()
                .anyMatch(reading -> reading.isolation() == isolation
                        && delivered.get(reading).contains(value));
    }

    /** The readings that passed the offset of a record without delivering the record. */
    List<Reading> passedOver(Sent sent, IsolationLevel isolation) {
        long offset = offset(sent.value());
        return history.readings().stream()
                .filter(reading -> reading.isolation() == isolation)
                .filter(reading -> reading.covers(sent.partition(), offset))
                .filter(reading -> !delivered.get(reading).contains(sent.value()))
                .toList();
    }
}
