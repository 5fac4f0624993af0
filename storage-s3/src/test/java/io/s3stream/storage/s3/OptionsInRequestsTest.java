package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.storage.s3.options.S3Options;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Each option is visible in the HTTP requests that it concerns, and in no others. */
class OptionsInRequestsTest {

    private static final String SSE = "x-amz-server-side-encryption";
    private static final String KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id";
    private static final String STORAGE_CLASS = "x-amz-storage-class";
    private static final String PAYER = "x-amz-request-payer";

    private FakeS3 s3;

    @BeforeEach
    void start() throws IOException {
        s3 = new FakeS3();
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @Test
    void requestsHaveNoOptionalHeadersByDefault() {
        try (var storage = s3.open("")) {
            useAll(storage);
        }
        assertThat(s3.requests())
                .hasSize(11)
                .allSatisfy(request -> assertThat(request.headers())
                        .doesNotContainKeys(SSE, KMS_KEY, STORAGE_CLASS, PAYER, "x-amz-checksum-mode", "expect"));
        assertThat(s3.requests())
                .as("S3 requires a checksum of this request only")
                .filteredOn(request -> request.header("x-amz-sdk-checksum-algorithm") != null)
                .extracting(FakeS3.Request::toString)
                .containsExactly("POST /bucket?delete");
    }

    @ParameterizedTest
    @CsvSource({
        "sse=s3, AES256,",
        "sse=kms, aws:kms,",
        "kmsKeyId=alias/streams, aws:kms, alias/streams",
        "sse=kms&kmsKeyId=1234-abcd, aws:kms, 1234-abcd"
    })
    void encryptionIsRequestedByEachRequestThatCreatesAnObject(String option, String sse, String key) {
        try (var storage = s3.open("&" + option)) {
            useAll(storage);
        }
        for (String creating : List.of("PUT /bucket/p/data/x", "POST /bucket/p/data/y?uploads")) {
            FakeS3.Request request = request(creating);
            assertThat(request.header(SSE)).as(creating).isEqualTo(sse);
            assertThat(request.header(KMS_KEY)).as(creating).isEqualTo(key);
        }
        assertThat(s3.requests())
                .filteredOn(request -> request.header(SSE) != null)
                .hasSize(2);
    }

    @Test
    void storageClassFollowsTheKindOfTheObject() {
        try (var storage = s3.open(
                "&dataStorageClass=STANDARD_IA&metaStorageClass=REDUCED_REDUNDANCY&walStorageClass=EXPRESS_ONEZONE")) {
            useAll(storage);
            put(storage, "meta/head");
            put(storage, "wal/0/1/2");
            put(storage, "catalog/1");
        }
        assertThat(request("PUT /bucket/p/data/x").header(STORAGE_CLASS)).isEqualTo("STANDARD_IA");
        assertThat(request("POST /bucket/p/data/y?uploads").header(STORAGE_CLASS))
                .isEqualTo("STANDARD_IA");
        assertThat(request("PUT /bucket/p/meta/head").header(STORAGE_CLASS)).isEqualTo("REDUCED_REDUNDANCY");
        assertThat(request("PUT /bucket/p/wal/0/1/2").header(STORAGE_CLASS)).isEqualTo("EXPRESS_ONEZONE");
        assertThat(s3.requests())
                .filteredOn(request -> request.header(STORAGE_CLASS) != null)
                .hasSize(4);
    }

    @Test
    void requesterPaysForEveryRequest() {
        try (var storage = s3.open("&requesterPays=true")) {
            useAll(storage);
        }
        assertThat(s3.requests())
                .hasSize(11)
                .allSatisfy(request -> assertThat(request.header(PAYER)).isEqualTo("requester"));
    }

    @Test
    void requestChecksumIsSentWhenAsked() {
        try (var storage = s3.open("&requestChecksums=whenSupported")) {
            put(storage, "data/x");
        }
        assertThat(request("PUT /bucket/p/data/x").header("x-amz-sdk-checksum-algorithm"))
                .isEqualTo("CRC32");
    }

    @Test
    void responseChecksumIsDemandedWhenAsked() {
        try (var storage = s3.open("&responseChecksums=whenSupported")) {
            read(storage, ByteRange.WHOLE);
        }
        assertThat(request("GET /bucket/p/data/x").header("x-amz-checksum-mode"))
                .isEqualTo("ENABLED");
    }

    @Test
    void wrongResponseChecksumFailsTheRead() {
        s3.script(request ->
                new FakeS3.Answer(200, Map.of("ETag", "\"e1\"", "x-amz-checksum-crc32", "AAAAAA=="), "content"));
        try (var storage = s3.open("&responseChecksums=whenSupported&retries=0")) {
            assertThatThrownBy(() -> read(storage, ByteRange.WHOLE)).hasMessageContaining("checksum");
        }
        try (var storage = s3.open("&retries=0")) { // by default the layers above check their own checksums
            read(storage, ByteRange.WHOLE);
        }
    }

    @Test
    void regionIsSigned() {
        try (var storage = s3.open("&region=eu-south-2")) {
            put(storage, "data/x");
        }
        assertThat(request("PUT /bucket/p/data/x").header("authorization")).contains("/eu-south-2/s3/aws4_request");
    }

    @Test
    void optionsOfTheHostHoldUnlessTheUriReplacesThem() {
        S3Options options = S3Options.builder()
                .credentials(S3Mock.ANYBODY)
                .region("eu-north-1")
                .kmsKeyId("alias/host")
                .dataStorageClass("STANDARD_IA")
                .build();
        try (var storage = FakeS3.open(s3.uri("&dataStorageClass=ONEZONE_IA"), options)) {
            put(storage, "data/x");
        }
        FakeS3.Request put = request("PUT /bucket/p/data/x");
        assertThat(put.header("authorization")).contains("/eu-north-1/");
        assertThat(put.header(KMS_KEY)).isEqualTo("alias/host");
        assertThat(put.header(STORAGE_CLASS)).isEqualTo("ONEZONE_IA");
    }

    @Test
    void credentialsMayRotateWhileTheStorageIsOpen() {
        var key = new String[] {"first"};
        AwsCredentialsProvider rotating = () -> AwsBasicCredentials.create(key[0], "secret");
        try (var storage = FakeS3.open(
                s3.uri(""), S3Options.builder().credentials(rotating).build())) {
            put(storage, "data/x");
            key[0] = "second";
            put(storage, "data/z");
        }
        assertThat(request("PUT /bucket/p/data/x").header("authorization")).contains("Credential=first/");
        assertThat(request("PUT /bucket/p/data/z").header("authorization")).contains("Credential=second/");
    }

    /** A request that was refused with old credentials is signed anew. */
    @Test
    void requestIsRepeatedWithNewCredentialsAfterTheOldOnesExpire() {
        var key = new String[] {"first"};
        AwsCredentialsProvider rotating = () -> AwsBasicCredentials.create(key[0], "secret");
        s3.script(request -> {
            boolean isOld = String.valueOf(request.header("authorization")).contains("Credential=first/");
            key[0] = "second";
            return isOld ? FakeS3.Answer.error(400, "ExpiredToken", Map.of()) : null;
        });
        try (var storage = FakeS3.open(
                s3.uri(""), S3Options.builder().credentials(rotating).build())) {
            put(storage, "data/x");
        }
        assertThat(s3.requests()).hasSize(2);
    }

    @Test
    void clientOfTheHostIsUsedAndStaysOpen() {
        try (S3AsyncClient own = S3AsyncClient.builder()
                .credentialsProvider(S3Mock.ANYBODY)
                .endpointOverride(s3.endpoint())
                .forcePathStyle(true)
                .region(Region.of("sa-east-1"))
                .build()) {
            S3Options options =
                    S3Options.builder().client(own).requesterPays(true).build();
            for (int round = 0; round < 2; round++) { // the second fails if closing the first closed the client
                try (var storage = FakeS3.open(URI.create("s3://bucket/p" + round), options)) {
                    put(storage, "data/x");
                }
            }
        }
        assertThat(s3.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.header("authorization")).contains("/sa-east-1/");
            assertThat(request.header(PAYER)).isEqualTo("requester");
        });
    }

    /** Makes each kind of request once. */
    private static void useAll(AwsObjectStorage storage) {
        put(storage, "data/x");
        read(storage, ByteRange.WHOLE);
        await(storage.head("data/x"));
        await(storage.list("data/", "", 10));
        await(storage.delete(List.of("data/x")));
        var upload = await(storage.createMultipart("data/y"));
        await(upload.part(1, body()));
        await(upload.copyPart(2, "data/x", 0, 5));
        await(upload.complete());
        await(upload.abort());
        await(storage.listMultiparts("data/"));
    }

    private static void put(AwsObjectStorage storage, String key) {
        await(storage.put(key, body(), PutCondition.ALWAYS));
    }

    private static void read(AwsObjectStorage storage, ByteRange range) {
        await(storage.get("data/x", range)).ifPresent(ObjectContent::close);
    }

    private FakeS3.Request request(String text) {
        return s3.requests().stream()
                .filter(request -> request.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError(text + " of " + s3.requests()));
    }

    private static ObjectBody body() {
        return ObjectBody.of(new byte[] {1, 2, 3, 4, 5});
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(60, TimeUnit.SECONDS).join();
    }
}
