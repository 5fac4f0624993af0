package io.s3stream.kafka.transactions.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Offsets of the group grow, contain all acknowledged commits, and agree with the records of their transactions: each record
 * before the committed offset was forwarded once, and no other record was.
 */
final class GroupOffsetCheck implements Check {

    @Override
    public Stream<Anomaly> anomalies(Evidence evidence) {
        List<Anomaly> found = new ArrayList<>();
        List<OffsetRead> reads = evidence.history().offsetReads();
        for (OffsetRead read : reads) {
            reads.stream()
                    .filter(later -> later.partition().equals(read.partition()))
                    .filter(later -> read.end() < later.start() && later.offset() < read.offset())
                    .forEach(later ->
                            found.add(new Anomaly(Anomaly.Kind.OFFSET_REGRESSION, later + " follows " + read)));
            evidence.history().transactions().stream()
                    .filter(transaction ->
                            transaction.outcome() == Outcome.COMMITTED && transaction.end() < read.start())
                    .filter(transaction ->
                            transaction.offsets().getOrDefault(read.partition(), History.NONE) > read.offset())
                    .forEach(transaction -> found.add(
                            new Anomaly(Anomaly.Kind.TORN_TRANSACTION, read + " misses an offset of " + transaction)));
        }
        checkForwarding(evidence, found);
        return found.stream();
    }

    private static void checkForwarding(Evidence evidence, List<Anomaly> found) {
        Map<Long, List<Sent>> forwarded = evidence.sends()
                .filter(sent -> sent.source() != History.NONE && evidence.isVisible(sent.value()))
                .collect(Collectors.groupingBy(Sent::source));
        evidence.sends()
                .filter(sent -> sent.isForwarded() && evidence.isVisible(sent.value()))
                .forEach(sent -> {
                    List<Sent> copies = forwarded.getOrDefault(sent.value(), List.of());
                    long committed = evidence.history().offsets().getOrDefault(sent.partition(), 0L);
                    boolean isConsumed = evidence.offset(sent.value()) < committed;
                    if (copies.size() > 1) {
                        found.add(new Anomaly(Anomaly.Kind.DUPLICATE, sent + " was forwarded as " + copies));
                    } else if (isConsumed != (copies.size() == 1)) {
                        found.add(new Anomaly(
                                Anomaly.Kind.TORN_TRANSACTION,
                                sent + " was forwarded as " + copies + ", and the committed offset is " + committed));
                    }
                });
    }
}
