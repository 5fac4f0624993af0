package io.s3stream.benchmarks.peers.worker;

import java.util.Map;

/**
 * A durable journal under test. Each producer calls {@link #append} from a thread of its own. All other methods are
 * called by the thread that opened the journal.
 */
public interface Journal extends AutoCloseable {

    /**
     * Appends the payload of the {@link Setup} once more. May block for backpressure.
     *
     * @param producer number of the calling producer, from 0
     * @param ack called when the record is durable
     */
    void append(int producer, Ack ack) throws Exception;

    /** Returns the resources that the journal and its producers have used so far. */
    default Usage usage() {
        return Usage.ofThisProcess();
    }

    /** Returns facts for the report that no other field has, such as the share of a separate process. */
    default Map<String, String> notes() {
        return Map.of();
    }

    @Override
    void close() throws Exception;
}
