package io.s3stream.wal.s3;

import com.adobe.testing.s3mock.S3MockApplication;
import io.netty.buffer.ByteBufAllocator;
import io.s3stream.core.storage.aws.AwsObjectStorage;
import io.s3stream.core.storage.aws.AwsStorageOptions;
import io.s3stream.spi.storage.ObjectStorage;
import java.net.URI;
import java.util.HashMap;
import java.util.Random;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A real S3 client, against a server in this JVM or the one that {@code s3.endpoint} names. */
final class S3Server implements AutoCloseable {

    private static final String BUCKET = "s3stream";

    private final String endpoint;
    private final AwsCredentialsProvider credentials;
    private final Runnable stop;

    private S3Server(String endpoint, String key, String secret, Runnable stop) {
        this.endpoint = endpoint;
        this.credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret));
        this.stop = stop;
    }

    /** For breadth; its conditional writes are not atomic. */
    @SuppressWarnings("deprecation") // the port of plain HTTP has no other name
    static S3Server mock() {
        var properties = new HashMap<String, Object>();
        properties.put(S3MockApplication.PROP_HTTP_PORT, S3MockApplication.RANDOM_PORT);
        properties.put(S3MockApplication.PROP_HTTPS_PORT, S3MockApplication.RANDOM_PORT);
        properties.put(S3MockApplication.PROP_SILENT, true);
        properties.put("com.adobe.testing.s3mock.store.initial-buckets", BUCKET);
        S3MockApplication application = S3MockApplication.start(properties, "--logging.level.root=WARN");
        return new S3Server("http://127.0.0.1:" + application.getHttpPort(), "any", "body", application::stop);
    }

    /** {@code .ci/rgw} starts one. */
    static S3Server named() {
        return new S3Server(
                System.getProperty("s3.endpoint"),
                System.getProperty("aws.accessKeyId", "ak"),
                System.getProperty("aws.secretAccessKey", "sk"),
                () -> {});
    }

    /** A storage below a prefix of its own. */
    ObjectStorage open(ByteBufAllocator allocator) {
        return open(UUID.randomUUID().toString(), allocator);
    }

    ObjectStorage open(String prefix, ByteBufAllocator allocator) {
        URI uri = URI.create(
                "s3://" + BUCKET + "/" + prefix + "?pathStyle=true&unsafeSkipProbe=true&endpoint=" + endpoint);
        return AwsObjectStorage.open(AwsStorageOptions.parse(uri), credentials, allocator, new Random()::nextLong);
    }

    @Override
    public void close() {
        stop.run();
    }
}
