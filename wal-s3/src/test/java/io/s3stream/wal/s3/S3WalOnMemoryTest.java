package io.s3stream.wal.s3;

import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.testkit.wal.WalFixture;
import java.time.Duration;

class S3WalOnMemoryTest extends S3WalContract {

    @Override
    protected WalFixture openFixture() {
        return new S3Fixture(MemoryObjectStorage::new, NODE, Duration.ofMillis(700));
    }
}
