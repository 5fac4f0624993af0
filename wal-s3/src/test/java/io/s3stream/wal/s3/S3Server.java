package io.s3stream.wal.s3;

import com.adobe.testing.s3mock.S3MockApplication;
import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.storage.s3.AwsObjectStorage;
import io.s3stream.storage.s3.options.S3Location;
import io.s3stream.storage.s3.options.S3Options;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.storage.DirectoryBucketServer;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A real S3 client, against a server in this JVM or the server that {@code s3.endpoint} names. */
final class S3Server implements AutoCloseable {

    private static final String BUCKET = "s3stream";
    private static final String DIRECTORY_BUCKET = "s3stream--use1-az4--x-s3";
    private static final AwsCredentialsProvider ANYBODY = credentials("any", "body");

    private final String bucket;
    private final String options;
    private final AwsCredentialsProvider credentials;
    private final Runnable stop;

    private S3Server(String bucket, String options, AwsCredentialsProvider credentials, Runnable stop) {
        this.bucket = bucket;
        this.options = options;
        this.credentials = credentials;
        this.stop = stop;
    }

    /** For breadth. Its conditional writes are not atomic. */
    static S3Server mock() {
        S3MockApplication application = startMock();
        return new S3Server(BUCKET, "pathStyle=true&endpoint=" + endpoint(application), ANYBODY, application::stop);
    }

    /** A directory bucket, as far as {@link DirectoryBucketServer} is one, over {@link #mock}. */
    static S3Server directoryBucket() throws IOException {
        S3MockApplication application = startMock();
        var server = new DirectoryBucketServer(URI.create(endpoint(application)));
        return new S3Server(DIRECTORY_BUCKET, "endpoint=" + server.endpoint(), ANYBODY, () -> {
            server.close();
            application.stop();
        });
    }

    /** {@code .ci/rgw} starts one. */
    static S3Server named() {
        return new S3Server(
                BUCKET,
                "pathStyle=true&endpoint=" + System.getProperty("s3.endpoint"),
                credentials(
                        System.getProperty("aws.accessKeyId", "ak"), System.getProperty("aws.secretAccessKey", "sk")),
                () -> {});
    }

    private static AwsCredentialsProvider credentials(String key, String secret) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret));
    }

    private static S3MockApplication startMock() {
        var properties = new HashMap<String, Object>();
        properties.put(S3MockApplication.PROP_HTTP_PORT, S3MockApplication.RANDOM_PORT);
        properties.put(S3MockApplication.PROP_HTTPS_PORT, S3MockApplication.RANDOM_PORT);
        properties.put(S3MockApplication.PROP_SILENT, true);
        properties.put("com.adobe.testing.s3mock.store.initial-buckets", BUCKET + "," + DIRECTORY_BUCKET);
        return S3MockApplication.start(properties, "--logging.level.root=WARN");
    }

    @SuppressWarnings("deprecation") // the port of plain HTTP has no other name
    private static String endpoint(S3MockApplication application) {
        return "http://127.0.0.1:" + application.getHttpPort();
    }

    /** A storage with a prefix of its own. */
    ObjectStorage open(ByteBufAllocator allocator) {
        return open(UUID.randomUUID().toString(), allocator);
    }

    ObjectStorage open(String prefix, ByteBufAllocator allocator) {
        URI uri = URI.create("s3://" + bucket + "/" + prefix + "?unsafeSkipProbe=true&" + options);
        return AwsObjectStorage.open(
                S3Location.parse(
                        uri,
                        name -> S3Options.builder().credentials(credentials).build()),
                allocator,
                new ThreadedTestRuntime(System.nanoTime()));
    }

    @Override
    public void close() {
        stop.run();
    }
}
