package io.s3stream.wal.block;

import io.s3stream.testkit.wal.WalContract;
import io.s3stream.testkit.wal.WalFixture;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The whole SPI in shared mode, on a file with direct I/O. Subclasses run it on other media. */
class SharedBlockWalTest extends WalContract {

    static final String OPTIONS = "?mode=shared&capacity=9MiB&extent=1MiB&cells=64";

    @TempDir
    Path directory;

    /** A fresh medium. */
    URI freshMedium() throws Exception {
        return URI.create("block://" + directory.resolve("wal") + OPTIONS);
    }

    @Override
    protected WalFixture openFixture() throws Exception {
        return new SharedFixture(freshMedium());
    }
}
