package io.s3stream.kafka.net;

import org.apache.kafka.common.requests.AbstractResponse;
import org.jspecify.annotations.Nullable;

/**
 * A response, or the fact that the client expects none.
 *
 * @param body absent for a produce request with {@code acks=0}
 * @param release called once, when the bytes are written or the connection is gone: frees the leases that the body
 *     refers to
 * @param closes whether the connection ends after the answer, if there is one
 */
public record KafkaResponse(@Nullable AbstractResponse body, Runnable release, boolean closes) {

    /** A response that refers to no lease. */
    public static KafkaResponse of(AbstractResponse body) {
        return of(body, KafkaResponse::nothing);
    }

    /** A response that refers to leases. */
    public static KafkaResponse of(AbstractResponse body, Runnable release) {
        return new KafkaResponse(body, release, false);
    }

    /** No response. */
    public static KafkaResponse none() {
        return new KafkaResponse(null, KafkaResponse::nothing, false);
    }

    /** Tells a client that expects no response of a failure: its connection ends. */
    public static KafkaResponse closed() {
        return new KafkaResponse(null, KafkaResponse::nothing, true);
    }

    private static void nothing() {}

    /** The last response of a connection. */
    public static KafkaResponse last(AbstractResponse body) {
        return new KafkaResponse(body, KafkaResponse::nothing, true);
    }
}
