/**
 * A checker of transactional histories in the manner of Jepsen's Kafka workload ({@code jepsen.tests.kafka}) and of Elle
 * (Kingsbury and Alvaro, VLDB 2020). The classes of cycles are those of Adya, Liskov and O'Neil, "Generalized Isolation
 * Level Definitions", ICDE 2000.
 *
 * <p>A {@link io.s3stream.kafka.transactions.checker.History} is all that the clients of a round did and saw. {@link
 * io.s3stream.kafka.transactions.checker.Checker} is a pure function from a history to its anomalies, and {@link
 * io.s3stream.kafka.transactions.checker.Anomaly.Kind} explains each of them. Start there.
 *
 * <h2>Behaviour that is legal in Kafka</h2>
 *
 * Kafka's transactions are atomic and durable, and readers see committed records only. They do not isolate writers from
 * each other. The checker therefore accepts these histories:
 *
 * <ul>
 *   <li><b>G0, write cycles.</b> A record gets its offset when it is sent, not at the commit. Two transactions can interleave:
 *       the first is earlier in one partition, and the second in another. Jepsen's analyses of Kafka-like systems leave these
 *       cycles out for the same reason. {@link io.s3stream.kafka.transactions.checker.Cycles#permitted} counts them.
 *   <li><b>G1c with a write-write edge.</b> It follows from G0: a transaction may append before another one and then read
 *       its committed records. A cycle of write-read edges and real-time edges only is an anomaly, because each of
 *       these edges orders the commits.
 *   <li><b>G-single and G2, anti-dependencies.</b> A poll reads a prefix of each partition. The prefixes of two partitions
 *       need not belong to the same moment, and a poll locks nothing. The checker draws no rw edges.
 *   <li><b>A commit that is not visible at once.</b> The coordinator answers when the outcome is durable, and the markers
 *       follow. A transaction that is still open also hides later committed records of its partitions. So a read after a
 *       commit has no real-time edge to it. Committed offsets are an exception: a read of stable offsets waits for them.
 *   <li><b>Aborted records in a reading of isolation read_uncommitted.</b>
 *   <li><b>Gaps between offsets.</b> Markers and aborted records occupy offsets.
 * </ul>
 */
package io.s3stream.kafka.transactions.checker;
