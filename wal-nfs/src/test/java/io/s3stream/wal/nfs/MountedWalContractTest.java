package io.s3stream.wal.nfs;

import io.s3stream.testkit.wal.WalContract;
import io.s3stream.testkit.wal.WalFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The contract, on a real mount: {@code .ci/nfs} runs it. */
@EnabledIfEnvironmentVariable(named = "NFS_DIR", matches = ".+", disabledReason = "it needs a mount")
class MountedWalContractTest extends WalContract {

    @Override
    protected WalFixture openFixture() {
        return new DirectoryFixture(Path.of(System.getenv("NFS_DIR")));
    }
}
