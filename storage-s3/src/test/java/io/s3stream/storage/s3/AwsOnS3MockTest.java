package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.testkit.storage.ObjectStorageContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AwsOnS3MockTest extends ObjectStorageContract {

    private static S3Mock server;

    @BeforeAll
    static void startServer() {
        server = S3Mock.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected ObjectStorage openStorage(ByteBufAllocator allocator) {
        return S3Mock.open(server.uri("&unsafeSkipProbe=true"), allocator);
    }

    @Override
    protected boolean supportsRaces() {
        return false;
    }

    @Override
    protected int manyKeys() {
        return 100;
    }

    @Test
    void missingBucketIsNamedWhenOpening() {
        assertThatThrownBy(() -> S3Mock.open(server.uri("no-such-bucket", ""), UnpooledByteBufAllocator.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll("no such bucket", "bucket=no-such-bucket");
    }

    @Test
    void storeWithRacingConditionalWritesIsRefused() {
        assertThatThrownBy(() -> S3Mock.open(server.uri(""), UnpooledByteBufAllocator.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll("bucket=s3stream", "concurrent writers", "won");
    }
}
