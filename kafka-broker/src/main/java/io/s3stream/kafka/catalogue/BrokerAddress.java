package io.s3stream.kafka.catalogue;

/**
 * Where clients reach a broker.
 *
 * @param id the node id of its store
 */
public record BrokerAddress(int id, String host, int port) {}
