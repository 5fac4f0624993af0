package io.s3stream.storage.s3.client;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.storage.s3.options.Checksums;
import io.s3stream.storage.s3.options.HttpProxy;
import io.s3stream.storage.s3.options.S3Location;
import io.s3stream.storage.s3.options.S3Options;
import io.s3stream.storage.s3.options.Timeouts;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Creates the client of the SDK, with a limit for every wait. Stateless. */
public final class AwsClients {

    /** How long the event loops wait for late work before they end. */
    private static final long QUIET_MILLIS = 200;

    private static final long MAX_END_MILLIS = 30_000;
    private static final int WAITING_FOR_CONNECTION = 10_000;
    private static final int CONFLICT = 409;
    private static final String REGION_OF_ENDPOINT = "us-east-1";

    private AwsClients() {}

    /** A client of the SDK and the resources it uses. */
    public record Connection(S3AsyncClient client, Runnable end) implements AutoCloseable {

        /** Fails requests in flight, and ends the threads without the SDK's quiet period of some seconds. */
        @Override
        public void close() {
            end.run();
        }
    }

    /**
     * Returns a client for a bucket; makes no request.
     *
     * @param connections the maximum number of connections
     * @throws InvalidRequestException if an option cannot be applied, such as a file that is missing
     */
    public static Connection open(S3Location location, int connections) {
        S3Options options = location.options();
        return options.client()
                .map(own -> new Connection(own, () -> {}))
                .orElseGet(() -> openOwned(options, location.bucket(), connections));
    }

    private static Connection openOwned(S3Options options, String bucket, int connections) {
        NettyNioAsyncHttpClient.Builder builder = transport(options.timeouts(), connections);
        options.proxy().ifPresent(proxy -> builder.proxyConfiguration(proxy(proxy)));
        options.caFile().ifPresent(file -> {
            TrustManager[] trusted = TrustedAuthorities.read(file);
            builder.tlsTrustManagersProvider(() -> trusted);
        });
        SdkEventLoopGroup loops = SdkEventLoopGroup.builder().build();
        SdkAsyncHttpClient http = builder.eventLoopGroup(loops).build();
        try {
            S3AsyncClient client = client(options, bucket, http);
            return new Connection(client, () -> {
                client.close();
                http.close();
                end(loops);
            });
        } catch (Throwable e) {
            http.close();
            end(loops);
            throw e;
        }
    }

    private static NettyNioAsyncHttpClient.Builder transport(Timeouts timeouts, int connections) {
        return NettyNioAsyncHttpClient.builder()
                .maxConcurrency(connections)
                .maxPendingConnectionAcquires(WAITING_FOR_CONNECTION)
                .connectionAcquisitionTimeout(timeouts.read())
                .connectionTimeout(timeouts.connect())
                .readTimeout(timeouts.read())
                .writeTimeout(timeouts.read())
                .tcpKeepAlive(true);
    }

    /** The environment has no say once a proxy is named. */
    private static ProxyConfiguration proxy(HttpProxy proxy) {
        URI uri = proxy.uri();
        ProxyConfiguration.Builder builder = ProxyConfiguration.builder()
                .useSystemPropertyValues(false)
                .useEnvironmentVariableValues(false)
                .scheme(uri.getScheme())
                .host(uri.getHost())
                .port(uri.getPort());
        if (proxy.user() != null) {
            builder.username(proxy.user()).password(proxy.password());
        }
        return builder.build();
    }

    private static S3AsyncClient client(S3Options options, String bucket, SdkAsyncHttpClient http) {
        S3AsyncClientBuilder builder = S3AsyncClient.builder()
                .httpClient(http)
                // By default only when required: other stores know neither the checksum headers nor the trailers, and
                // the layers above have their own CRCs.
                .requestChecksumCalculation(
                        options.requestChecksums() == Checksums.WHEN_SUPPORTED
                                ? RequestChecksumCalculation.WHEN_SUPPORTED
                                : RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(
                        options.responseChecksums() == Checksums.WHEN_SUPPORTED
                                ? ResponseChecksumValidation.WHEN_SUPPORTED
                                : ResponseChecksumValidation.WHEN_REQUIRED)
                .fipsEnabled(options.fips() ? true : null)
                .dualstackEnabled(options.dualStack() ? true : null)
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(options.pathStyle())
                        .chunkedEncodingEnabled(false)
                        // Expect-Continue would add a round trip to every put.
                        .expectContinueEnabled(false)
                        .build())
                .overrideConfiguration(
                        override -> override.apiCallTimeout(options.timeouts().call())
                                .apiCallAttemptTimeout(options.timeouts().attempt())
                                .retryStrategy(retries(options.retries())))
                // Complete futures on the thread of the answer: callers hand over to other threads before they work.
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
        options.credentials().ifPresent(builder::credentialsProvider);
        options.endpoint().ifPresent(builder::endpointOverride);
        options.region()
                .or(() -> options.endpoint().map(own -> REGION_OF_ENDPOINT))
                .ifPresent(region -> builder.region(Region.of(region)));
        try {
            return builder.build();
        } catch (SdkClientException e) {
            String reason = String.valueOf(e.getMessage());
            throw new InvalidRequestException(
                    "no client for bucket=" + bucket + ": "
                            + (reason.contains("Unable to load region")
                                    ? "the region is missing; write ?region=eu-central-1 in the URI, set it in S3Options, or"
                                            + " set AWS_REGION"
                                    : reason),
                    e);
        }
    }

    private static void end(SdkEventLoopGroup loops) {
        loops.eventLoopGroup().shutdownGracefully(QUIET_MILLIS, MAX_END_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The SDK's own rules for retries, plus 409, S3's answer to conflicting conditional writes. */
    private static StandardRetryStrategy retries(int retries) {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(retries + 1)
                // The circuit breaker would turn a short overload into failures of requests that a retry would have
                // saved.
                .circuitBreakerEnabled(false)
                .retryOnException(e -> e instanceof S3Exception s3 && s3.statusCode() == CONFLICT)
                .build();
    }
}
