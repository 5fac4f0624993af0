/**
 * Measures the broker and Kafka's own broker on one machine, with the same client and the same workloads.
 *
 * <p>Start with {@link io.s3stream.kafka.bench.Comparison}, the program. {@code .ci/kafka-bench} runs it. It runs each
 * workload on one server after the other, several rounds in a row, so that a slow phase of the machine touches all of
 * them. Only the ratios of one run can be compared; they are computed per round.
 *
 * <p>A {@link io.s3stream.kafka.bench.Server} is a process of its own, either of this checkout or of Kafka. A
 * {@link io.s3stream.kafka.bench.Contender} is a server with the configuration of its topics.
 */
package io.s3stream.kafka.bench;
