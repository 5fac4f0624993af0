package io.s3stream.wal.s3;

import io.s3stream.testkit.wal.WalFixture;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract over a store that lists in no order; as {@link S3WalOnS3MockTest} otherwise. */
@Tag("campaign")
class S3WalOnDirectoryBucketTest extends S3WalContract {

    private static S3Server server;

    @BeforeAll
    static void start() throws IOException {
        server = S3Server.directoryBucket();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected WalFixture openFixture() {
        return new S3Fixture(server::open, NODE, Duration.ofSeconds(5));
    }
}
