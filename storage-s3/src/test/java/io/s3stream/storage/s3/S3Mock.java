package io.s3stream.storage.s3;

import com.adobe.testing.s3mock.S3MockApplication;
import io.netty.buffer.ByteBufAllocator;
import io.s3stream.storage.s3.options.S3Location;
import io.s3stream.storage.s3.options.S3Options;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import java.net.URI;
import java.util.HashMap;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** An S3 server in this JVM, for breadth. Its conditional writes are not atomic. */
final class S3Mock implements AutoCloseable {

    static final String BUCKET = "s3stream";
    static final String DIRECTORY_BUCKET = "s3stream--use1-az4--x-s3";

    static final AwsCredentialsProvider ANYBODY =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "body"));

    private final S3MockApplication application;

    private S3Mock(S3MockApplication application) {
        this.application = application;
    }

    static S3Mock start() {
        var properties = new HashMap<String, Object>();
        properties.put(S3MockApplication.PROP_HTTP_PORT, S3MockApplication.RANDOM_PORT);
        properties.put(S3MockApplication.PROP_HTTPS_PORT, S3MockApplication.RANDOM_PORT);
        properties.put(S3MockApplication.PROP_SILENT, true);
        properties.put("com.adobe.testing.s3mock.store.initial-buckets", BUCKET + "," + DIRECTORY_BUCKET);
        return new S3Mock(S3MockApplication.start(properties, "--logging.level.root=WARN"));
    }

    /** A URI with a prefix of its own. */
    URI uri(String more) {
        return uri(BUCKET, more);
    }

    URI uri(String bucket, String more) {
        return URI.create(
                "s3://" + bucket + "/" + UUID.randomUUID() + "?endpoint=" + endpoint() + "&pathStyle=true" + more);
    }

    @SuppressWarnings("deprecation") // the port of plain HTTP has no other name
    URI endpoint() {
        return URI.create("http://127.0.0.1:" + application.getHttpPort());
    }

    static AwsObjectStorage open(URI uri, ByteBufAllocator allocator) {
        return open(uri, S3Options.builder().credentials(ANYBODY).build(), allocator);
    }

    static AwsObjectStorage open(URI uri, S3Options options, ByteBufAllocator allocator) {
        return AwsObjectStorage.open(
                S3Location.parse(uri, bucket -> options), allocator, new ThreadedTestRuntime(System.nanoTime()));
    }

    @Override
    public void close() {
        application.stop();
    }
}
