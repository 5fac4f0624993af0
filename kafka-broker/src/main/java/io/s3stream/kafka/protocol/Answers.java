package io.s3stream.kafka.protocol;

import io.s3stream.kafka.net.KafkaResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;

/** Makes answers of what Kafka's coordinators return. */
public final class Answers {

    private Answers() {}

    /** Answers with the result, or with the request's own error response if the call fails. */
    public static <T> CompletableFuture<KafkaResponse> of(
            AbstractRequest request, CompletableFuture<T> call, Function<T, AbstractResponse> response) {
        return call.handle((result, error) ->
                KafkaResponse.of(error == null ? response.apply(result) : request.getErrorResponse(cause(error))));
    }

    /** Answers at once. */
    public static CompletableFuture<KafkaResponse> now(AbstractResponse response) {
        return CompletableFuture.completedFuture(KafkaResponse.of(response));
    }

    private static Throwable cause(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }
}
