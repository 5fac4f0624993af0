package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.ProducerIds;
import io.s3stream.kafka.net.KafkaResponse;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.requests.RequestContext;

/** InitProducerId, for idempotent producers. */
public final class ProducerApi {

    private final ProducerIds ids;

    public ProducerApi(ProducerIds ids) {
        this.ids = ids;
    }

    public CompletableFuture<KafkaResponse> init(RequestContext context, InitProducerIdRequest request) {
        if (request.data().transactionalId() != null) {
            return CompletableFuture.completedFuture(KafkaResponse.of(new InitProducerIdResponse(
                    new InitProducerIdResponseData().setErrorCode(Errors.UNSUPPORTED_VERSION.code()))));
        }
        return ids.next()
                .thenApply(id -> KafkaResponse.of(new InitProducerIdResponse(
                        new InitProducerIdResponseData().setProducerId(id).setProducerEpoch((short) 0))));
    }
}
