package io.s3stream.kafka.transactions.checker;

import java.util.stream.Stream;

/** Finds anomalies of some kinds. */
interface Check {

    Stream<Anomaly> anomalies(Evidence evidence);
}
