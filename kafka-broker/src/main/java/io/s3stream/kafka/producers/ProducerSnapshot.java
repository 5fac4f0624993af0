package io.s3stream.kafka.producers;

import java.util.List;

/**
 * The states of the producers of a log after all batches before an offset. Immutable.
 *
 * @param offset the end of the batches that it stands for; a replay begins here
 * @param producers by id
 * @param aborted in the order of their markers
 */
public record ProducerSnapshot(long offset, List<ProducerEntry> producers, List<AbortedTransaction> aborted) {

    /** The snapshot of an empty log. */
    public static final ProducerSnapshot EMPTY = new ProducerSnapshot(0, List.of(), List.of());

    public ProducerSnapshot {
        producers = List.copyOf(producers);
        aborted = List.copyOf(aborted);
    }
}
