package io.s3stream.kafka.net;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestContext;

/** Answers the requests of all connections. */
@FunctionalInterface
public interface RequestHandler {

    /**
     * Answers one request. Called on the event loop of the connection, in the order of its requests: must not block.
     *
     * @param request its records are views of the received frame, valid until the returned future is complete
     */
    CompletableFuture<KafkaResponse> handle(RequestContext context, AbstractRequest request);
}
