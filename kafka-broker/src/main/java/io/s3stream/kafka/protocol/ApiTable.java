package io.s3stream.kafka.protocol;

import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.net.RequestHandler;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersionCollection;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.server.common.TransactionVersion;

/** The requests that this broker answers, and their versions. Immutable after the start. */
public final class ApiTable implements RequestHandler {

    private final Map<ApiKeys, Entry> entries = new EnumMap<>(ApiKeys.class);

    private record Entry(short oldest, short newest, ApiHandler<?> handler) {}

    public ApiTable() {
        add(ApiKeys.API_VERSIONS, this::versions);
    }

    /** Supports all stable versions of an API. */
    public <Q extends AbstractRequest> ApiTable add(ApiKeys key, ApiHandler<Q> handler) {
        return add(key, key.oldestVersion(), key.latestVersion(false), handler);
    }

    /** Supports versions of an API. */
    public <Q extends AbstractRequest> ApiTable add(ApiKeys key, int oldest, int newest, ApiHandler<Q> handler) {
        entries.put(key, new Entry((short) oldest, (short) newest, handler));
        return this;
    }

    /** Clients use transaction version 2 only if it is a finalized feature. */
    private static void addFeatures(ApiVersionsResponseData data, short version) {
        String name = TransactionVersion.FEATURE_NAME;
        short level = TransactionVersion.TV_2.featureLevel();
        data.supportedFeatures()
                .add(new SupportedFeatureKey()
                        .setName(name)
                        .setMinVersion((short) (version < 4 ? 1 : 0)) // older clients do not know a minimum of 0
                        .setMaxVersion(level));
        data.finalizedFeatures()
                .add(new FinalizedFeatureKey()
                        .setName(name)
                        .setMinVersionLevel(level)
                        .setMaxVersionLevel(level));
        data.setFinalizedFeaturesEpoch(0);
    }

    /** Lists the requests of SASL, which connections answer themselves. */
    public ApiTable addSasl() {
        ApiHandler<AbstractRequest> refused = (context, request) -> {
            throw new IllegalSaslStateException("the connection answers " + request.apiKey());
        };
        return add(ApiKeys.SASL_HANDSHAKE, refused).add(ApiKeys.SASL_AUTHENTICATE, refused);
    }

    @Override
    public CompletableFuture<KafkaResponse> handle(RequestContext context, AbstractRequest request) {
        Entry entry = entries.get(request.apiKey());
        if (entry == null || request.version() < entry.oldest || request.version() > entry.newest) {
            throw new UnsupportedVersionException(request.apiKey() + " version " + request.version()
                    + " is not supported; ApiVersions lists the supported versions");
        }
        return call(entry.handler, context, request);
    }

    @SuppressWarnings("unchecked") // the codec makes the request of the key that the handler was added for
    private static <Q extends AbstractRequest> CompletableFuture<KafkaResponse> call(
            ApiHandler<Q> handler, RequestContext context, AbstractRequest request) {
        return handler.handle(context, (Q) request);
    }

    /** Versions of Produce that do not exist are advertised, because librdkafka compresses only where it sees them. */
    private static short advertised(ApiKeys key, Entry entry) {
        return key == ApiKeys.PRODUCE ? ApiKeys.PRODUCE_API_VERSIONS_RESPONSE_MIN_VERSION : entry.oldest;
    }

    private CompletableFuture<KafkaResponse> versions(RequestContext context, ApiVersionsRequest request) {
        ApiVersionsResponseData data = new ApiVersionsResponseData();
        ApiVersionCollection versions = new ApiVersionCollection();
        entries.forEach((key, entry) -> versions.add(new ApiVersion()
                .setApiKey(key.id)
                .setMinVersion(advertised(key, entry))
                .setMaxVersion(entry.newest)));
        data.setApiKeys(versions);
        addFeatures(data, request.version());
        if (request.hasUnsupportedRequestVersion()) {
            data.setErrorCode(Errors.UNSUPPORTED_VERSION.code());
        } else if (!request.isValid()) {
            data.setErrorCode(Errors.INVALID_REQUEST.code());
        }
        AbstractResponse response = new ApiVersionsResponse(data);
        return CompletableFuture.completedFuture(KafkaResponse.of(response));
    }
}
