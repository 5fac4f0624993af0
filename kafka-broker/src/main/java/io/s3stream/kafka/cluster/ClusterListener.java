package io.s3stream.kafka.cluster;

import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.partition.PartitionLog;

/**
 * Receives changes of the cluster. Calls come from the threads of the cluster; a listener must neither block nor throw.
 * The calls for one partition are ordered: its old log is closed before its new log is opened.
 */
public interface ClusterListener {

    /** Reports the newest view. Views are reported in order, one at a time. */
    void viewed(ClusterView view);

    /** Reports that this broker leads a partition from now on. */
    void opened(PartitionLog log);

    /** Reports that this broker has stopped leading a partition. */
    void closed(PartitionLog log);
}
