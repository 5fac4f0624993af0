package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.storage.s3.options.S3Location;
import io.s3stream.storage.s3.options.S3Options;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;

/**
 * The response to the completion of an upload in parts is lost. The SDK repeats the request, and the server answers
 * that there is no such upload [R24].
 */
class LostCompletionTest {

    /** Completes uploads without confirming them. The test decides which object is at the key after that. */
    private static final class ForgetfulStore implements S3AsyncClient {

        private final Map<String, String> present = new HashMap<>();
        private Map<String, String> begun = Map.of();

        @Override
        public CompletableFuture<CreateMultipartUploadResponse> createMultipartUpload(
                Consumer<CreateMultipartUploadRequest.Builder> request) {
            CreateMultipartUploadRequest.Builder builder = CreateMultipartUploadRequest.builder();
            request.accept(builder);
            begun = builder.build().metadata();
            return CompletableFuture.completedFuture(
                    CreateMultipartUploadResponse.builder().uploadId("id").build());
        }

        @Override
        public CompletableFuture<UploadPartCopyResponse> uploadPartCopy(
                Consumer<UploadPartCopyRequest.Builder> request) {
            return CompletableFuture.completedFuture(UploadPartCopyResponse.builder()
                    .copyPartResult(part -> part.eTag("\"part\""))
                    .build());
        }

        @Override
        public CompletableFuture<CompleteMultipartUploadResponse> completeMultipartUpload(
                Consumer<CompleteMultipartUploadRequest.Builder> request) {
            return CompletableFuture.failedFuture(NoSuchUploadException.builder()
                    .statusCode(404)
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("NoSuchUpload")
                            .errorMessage("the upload does not exist")
                            .build())
                    .build());
        }

        @Override
        public CompletableFuture<HeadObjectResponse> headObject(Consumer<HeadObjectRequest.Builder> request) {
            return CompletableFuture.completedFuture(HeadObjectResponse.builder()
                    .eTag("\"version\"")
                    .metadata(present)
                    .build());
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {}
    }

    private final ForgetfulStore store = new ForgetfulStore();

    @Test
    void objectWithUploadMarkIsResultOfUpload_R24() {
        MultipartUpload upload = upload();
        store.present.putAll(store.begun); // an earlier attempt had completed it
        assertThat(upload.complete().join()).contains("version");
    }

    @Test
    void objectOfOtherWriterIsNotResultOfUpload_R24() {
        MultipartUpload upload = upload();
        store.begun.keySet().forEach(name -> store.present.put(name, "another upload's"));
        assertThat(upload.complete())
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withCauseInstanceOf(StorageException.class)
                .withMessageContaining("data/x")
                .withMessageContaining("not its result");
    }

    private MultipartUpload upload() {
        AwsBucket bucket = AwsBucket.of(
                store, new S3Location("bucket", "p/", S3Options.builder().build()), (delay, task) -> task.run());
        MultipartUpload upload =
                AwsMultipart.begin(bucket, "data/x", "the mark of this upload").join();
        upload.copyPart(1, "data/y", 0, 1 << 20).join();
        return upload;
    }
}
