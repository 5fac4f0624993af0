package io.s3stream.kafka.net;

import org.apache.kafka.common.requests.AbstractResponse;
import org.jspecify.annotations.Nullable;

/**
 * A response, or the fact that the client expects none.
 *
 * @param body absent for a produce request with {@code acks=0}
 * @param release called once, when the bytes are written or the connection is gone: frees the leases that the body
 *     refers to
 */
public record KafkaResponse(@Nullable AbstractResponse body, Runnable release) {

    /** A response that refers to no lease. */
    public static KafkaResponse of(AbstractResponse body) {
        return new KafkaResponse(body, () -> {});
    }

    /** No response. */
    public static KafkaResponse none() {
        return new KafkaResponse(null, () -> {});
    }
}
