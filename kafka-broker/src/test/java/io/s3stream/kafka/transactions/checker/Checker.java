package io.s3stream.kafka.transactions.checker;

import java.util.List;

/** Finds all anomalies of a history. Stateless. */
public final class Checker {

    private final List<Check> checks = List.of(
            new ValueCheck(),
            new ReadingCheck(),
            new OutcomeCheck(),
            new SendOrderCheck(),
            new FencingCheck(),
            new GroupOffsetCheck(),
            new Cycles());

    public List<Anomaly> check(History history) {
        Evidence evidence = new Evidence(history);
        return checks.stream()
                .flatMap(check -> check.anomalies(evidence))
                .distinct()
                .toList();
    }
}
