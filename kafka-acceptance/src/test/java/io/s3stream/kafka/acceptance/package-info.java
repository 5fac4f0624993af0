/**
 * Kafka's own integration tests of clients, run against the brokers of this project.
 *
 * <p>Kafka's test kit asks the class {@code RaftClusterInvocationContext} for clusters. The class of that name in this module
 * comes first on the class path and makes a {@link io.s3stream.kafka.acceptance.StoreCluster}. {@link
 * io.s3stream.kafka.acceptance.KafkaOwnTests} runs the classes and compares the failures with the list of expected
 * failures. Start there.
 */
package io.s3stream.kafka.acceptance;
