package io.s3stream.kafka.bench;

import java.util.Map;

/**
 * A server and the configuration of its topics, as one column of the result.
 *
 * @param topicConfig of each topic that a workload creates
 */
record Contender(String name, Server server, Map<String, String> topicConfig) {}
