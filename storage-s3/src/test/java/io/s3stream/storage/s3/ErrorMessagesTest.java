package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.storage.s3.options.S3Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;

/** An error of S3 names operation, bucket, object, status, code, request id and a remedy. */
class ErrorMessagesTest {

    private static final S3Options ANYBODY =
            S3Options.builder().credentials(S3Mock.ANYBODY).build();

    private FakeS3 s3;

    @BeforeEach
    void start() throws IOException {
        s3 = new FakeS3();
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403 | AccessDenied          | allow s3:GetObject on arn:aws:s3:::bucket/p/*, and s3:ListBucket",
                "403 | InvalidAccessKeyId    | does not know the access key",
                "403 | SignatureDoesNotMatch | correct the secret key",
                "403 | RequestTimeTooSkewed  | set the clock",
                "400 | ExpiredToken          | the credentials have expired; renew them",
                "301 | PermanentRedirect     | set region=eu-west-3",
                "400 | AuthorizationHeaderMalformed | set region=eu-west-3",
                "404 | NoSuchBucket          | create bucket=bucket",
            })
    void refusalNamesItsRemedy(int status, String code, String remedy) {
        s3.script(request -> FakeS3.Answer.error(status, code, Map.of("x-amz-bucket-region", "eu-west-3")));
        assertThatThrownBy(() -> get(""))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("GetObject bytes=3-6 object=data/x in bucket=bucket prefix=p/: " + status + " "
                        + code + " requestId=REQUEST-1 (a message): ")
                .hasMessageContaining(remedy);
    }

    @Test
    void refusalNamesThePermissionOfTheOperation() {
        s3.script(request -> FakeS3.Answer.error(403, "AccessDenied", Map.of()));
        try (var storage = s3.open("&kmsKeyId=k")) {
            assertThatThrownBy(() -> await(storage.put("data/x", ObjectBody.of(new byte[1]), PutCondition.ALWAYS)))
                    .hasMessageStartingWith("PutObject object=data/x in bucket=bucket prefix=p/: 403 AccessDenied")
                    .hasMessageContaining("allow s3:PutObject on arn:aws:s3:::bucket/p/*")
                    .hasMessageContaining("kms:GenerateDataKey");
            assertThatThrownBy(() -> await(storage.list("data/", "", 1)))
                    .hasMessageContaining("allow s3:ListBucket on arn:aws:s3:::bucket;");
            assertThat(await(storage.delete(List.of("data/x"))).get("data/x"))
                    .contains("DeleteObjects object=data/x", "allow s3:DeleteObject on arn:aws:s3:::bucket/p/*");
            assertThatThrownBy(() -> await(storage.listMultiparts("data/")))
                    .hasMessageContaining("allow s3:ListBucketMultipartUploads on arn:aws:s3:::bucket;");
        }
    }

    @Test
    void failureOfTheServerNamesStatusCodeAndRequest() {
        s3.script(request -> FakeS3.Answer.error(500, "InternalError", Map.of()));
        assertThatThrownBy(() -> get("&retries=0"))
                .isInstanceOf(StorageException.class)
                .hasMessage("GetObject bytes=3-6 object=data/x in bucket=bucket prefix=p/: 500 InternalError"
                        + " requestId=REQUEST-1 (a message)");
    }

    @Test
    void unknownHostIsNamed() {
        assertThatThrownBy(() -> getAt("https://s3.unknown.invalid&retries=0&pathStyle=true"))
                .isInstanceOf(StorageException.class)
                .hasMessageContainingAll(
                        "GetObject",
                        "bucket=bucket",
                        "endpoint=https://s3.unknown.invalid",
                        "host name is unknown",
                        "DNS");
    }

    @Test
    void httpsAtAPortOfHttpIsExplained() {
        assertThatThrownBy(() -> getAt("https://127.0.0.1:" + s3.port() + "&retries=0&pathStyle=true"))
                .isInstanceOf(StorageException.class)
                .hasMessageContainingAll("got no answer from endpoint=https://127.0.0.1:", "write endpoint=http://");
    }

    @Test
    void refusedConnectionIsExplained() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThatThrownBy(() -> getAt("http://127.0.0.1:" + port + "&retries=0&pathStyle=true"))
                .isInstanceOf(StorageException.class)
                .hasMessageContainingAll("connection refused", "host and port of the endpoint");
    }

    @ParameterizedTest
    @CsvSource({
        "readTimeout=100ms, (readTimeout)",
        "callTimeout=200ms, (callTimeout)",
        "callTimeout=1s, three tenths of callTimeout"
    })
    void silentServerEndsTheRequestWithTheLimitThatEndedIt(String option, String expected) throws IOException {
        String retries = option.equals("callTimeout=1s") ? "1" : "0";
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> getAt("http://127.0.0.1:" + silent.getLocalPort() + "&pathStyle=true&retries="
                            + retries + "&" + option))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContainingAll("got no answer from endpoint=http://127.0.0.1", expected, "network");
        }
    }

    @Test
    void missingCredentialsAreNamedWithoutADump() {
        var none = AwsCredentialsProviderChain.of(SystemPropertyCredentialsProvider.create());
        Throwable error = catchThrowable(
                () -> get(s3.uri(""), S3Options.builder().credentials(none).build()));

        assertThat(error).isInstanceOf(InvalidRequestException.class);
        assertThat(error.getMessage())
                .contains("no credentials: set AWS_ACCESS_KEY_ID")
                .hasSizeLessThan(300);
    }

    @Test
    void missingRegionIsNamedWithoutADump() {
        String before = System.getProperty("aws.disableEc2Metadata");
        System.setProperty("aws.disableEc2Metadata", "true");
        try {
            Throwable error = catchThrowable(() -> FakeS3.open(URI.create("s3://bucket"), ANYBODY));

            assertThat(error).isInstanceOf(InvalidRequestException.class);
            assertThat(error.getMessage())
                    .startsWith("no client for bucket=bucket: the region is missing; write ?region=eu-central-1")
                    .hasSizeLessThan(200);
        } finally {
            if (before == null) {
                System.clearProperty("aws.disableEc2Metadata");
            } else {
                System.setProperty("aws.disableEc2Metadata", before);
            }
        }
    }

    private void get(String more) {
        get(s3.uri(more), ANYBODY);
    }

    private static void getAt(String endpoint) {
        get(URI.create("s3://bucket/p?endpoint=" + endpoint), ANYBODY);
    }

    private static void get(URI uri, S3Options options) {
        try (var storage = FakeS3.open(uri, options)) {
            await(storage.get("data/x", ByteRange.slice(3, 4))).ifPresent(ObjectContent::close);
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
