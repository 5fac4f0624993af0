package io.s3stream.wal.s3;

import io.s3stream.testkit.wal.WalFixture;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/**
 * The contract over HTTP. That server is slow, and its conditional writes are not atomic. Clients hardly race for a key
 * here.
 */
@Tag("campaign")
class S3WalOnS3MockTest extends S3WalContract {

    private static S3Server server;

    @BeforeAll
    static void start() {
        server = S3Server.mock();
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
