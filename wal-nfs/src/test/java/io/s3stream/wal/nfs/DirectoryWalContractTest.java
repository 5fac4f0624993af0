package io.s3stream.wal.nfs;

import io.s3stream.testkit.wal.WalContract;
import io.s3stream.testkit.wal.WalFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on a directory of a local file system. */
class DirectoryWalContractTest extends WalContract {

    @TempDir
    Path directory;

    @Override
    protected WalFixture openFixture() {
        return new DirectoryFixture(directory);
    }
}
