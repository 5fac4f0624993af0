package io.s3stream.kafka.protocol;

import io.s3stream.kafka.net.KafkaResponse;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestContext;

/** Answers the requests of one API; see {@link io.s3stream.kafka.net.RequestHandler}. */
@FunctionalInterface
public interface ApiHandler<Q extends AbstractRequest> {

    CompletableFuture<KafkaResponse> handle(RequestContext context, Q request);
}
