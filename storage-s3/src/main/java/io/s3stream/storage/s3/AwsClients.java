package io.s3stream.storage.s3;

import io.s3stream.api.errors.InvalidRequestException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Creates the client of the SDK, with a limit for every wait. */
final class AwsClients {

    /** The limit of one attempt, including connecting and sending the body: an object of 128 MiB at 3 MiB/s. */
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(45);
    /** The limit of all attempts of a call and the pauses between them. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(150);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** The limit of silence of the other side. */
    private static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(30);

    /** How long the event loops wait for late work before they end. */
    private static final long QUIET_MILLIS = 200;

    private static final int ATTEMPTS = 5;
    private static final int WAITING_FOR_CONNECTION = 10_000;
    private static final int CONFLICT = 409;

    private AwsClients() {}

    /** A client of the SDK and the resources it uses. */
    record Connection(S3AsyncClient client, SdkAsyncHttpClient http, SdkEventLoopGroup loops) implements AutoCloseable {

        /** Fails requests in flight, and ends the threads without the SDK's quiet period of some seconds. */
        @Override
        public void close() {
            client.close();
            http.close();
            end(loops);
        }
    }

    /** @param credentials null: the default chain of the SDK */
    static Connection open(AwsStorageOptions options, @Nullable AwsCredentialsProvider credentials) {
        SdkEventLoopGroup loops = SdkEventLoopGroup.builder().build();
        SdkAsyncHttpClient http = NettyNioAsyncHttpClient.builder()
                .eventLoopGroup(loops)
                .maxConcurrency(RequestLanes.CONNECTIONS)
                .maxPendingConnectionAcquires(WAITING_FOR_CONNECTION)
                .connectionAcquisitionTimeout(SILENCE_TIMEOUT)
                .connectionTimeout(CONNECT_TIMEOUT)
                .readTimeout(SILENCE_TIMEOUT)
                .writeTimeout(SILENCE_TIMEOUT)
                .tcpKeepAlive(true)
                .build();
        try {
            return new Connection(client(options, credentials, http), http, loops);
        } catch (Throwable e) {
            http.close();
            end(loops);
            throw e;
        }
    }

    private static S3AsyncClient client(
            AwsStorageOptions options, @Nullable AwsCredentialsProvider credentials, SdkAsyncHttpClient http) {
        S3AsyncClientBuilder builder = S3AsyncClient.builder()
                .httpClient(http)
                // Other stores know neither the checksum headers nor the trailers; the layers above have their own
                // CRCs.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(options.pathStyle())
                        .chunkedEncodingEnabled(false)
                        // Expect-Continue would add a round trip to every put.
                        .expectContinueEnabled(false)
                        .build())
                .overrideConfiguration(override -> override.apiCallTimeout(CALL_TIMEOUT)
                        .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                        .retryStrategy(retries()))
                // Complete futures on the thread of the answer: callers hand over to other threads before they work.
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
        if (credentials != null) {
            builder.credentialsProvider(credentials);
        }
        options.endpoint().ifPresent(builder::endpointOverride);
        String region = options.region().orElse(options.endpoint().isPresent() ? "us-east-1" : "");
        if (!region.isEmpty()) {
            builder.region(Region.of(region));
        }
        try {
            return builder.build();
        } catch (SdkClientException e) {
            throw new InvalidRequestException(
                    "no client for bucket=" + options.bucket() + ": " + e.getMessage()
                            + " (if the region is missing, write ?region=… or set it where the SDK looks)",
                    e);
        }
    }

    private static void end(SdkEventLoopGroup loops) {
        loops.eventLoopGroup().shutdownGracefully(QUIET_MILLIS, SILENCE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The SDK's own rules for retries, plus 409, S3's answer to conflicting conditional writes. */
    private static StandardRetryStrategy retries() {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(ATTEMPTS)
                // The circuit breaker would turn a short overload into failures of requests that a retry would have
                // saved.
                .circuitBreakerEnabled(false)
                .retryOnException(e -> e instanceof S3Exception s3 && s3.statusCode() == CONFLICT)
                .build();
    }
}
