package io.s3stream.kafka.producers;

import java.util.ArrayList;
import java.util.List;

/**
 * The aborted transactions of a log, in the order of their markers. Bounded by the start of the log: the log drops
 * transactions whose marker it no longer has. Guarded by the lock of its log.
 */
final class AbortedTransactions {

    private final List<AbortedTransaction> transactions = new ArrayList<>();

    void add(AbortedTransaction transaction) {
        if (!transactions.isEmpty()
                && transactions.get(transactions.size() - 1).lastOffset() >= transaction.lastOffset()) {
            throw new IllegalArgumentException(
                    transaction + " does not follow the last one: markers have ascending offsets");
        }
        transactions.add(transaction);
    }

    /**
     * The transactions that a reader needs for batches from {@code from} to {@code to}: all that begin before {@code to}
     * and end at or after {@code from}.
     */
    List<AbortedTransaction> between(long from, long to) {
        List<AbortedTransaction> found = new ArrayList<>();
        for (int i = firstEndingAtOrAfter(from); i < transactions.size(); i++) {
            AbortedTransaction transaction = transactions.get(i);
            if (transaction.firstOffset() < to) {
                found.add(transaction);
            }
            if (transaction.lastStableOffset() >= to) {
                break; // all later ones begin at or after it
            }
        }
        return found;
    }

    /** Drops the transactions whose marker is before {@code start}. */
    void dropBefore(long start) {
        int first = firstEndingAtOrAfter(start);
        if (first > 0) {
            transactions.subList(0, first).clear();
        }
    }

    List<AbortedTransaction> all() {
        return List.copyOf(transactions);
    }

    private int firstEndingAtOrAfter(long offset) {
        int low = 0;
        int high = transactions.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (transactions.get(middle).lastOffset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
