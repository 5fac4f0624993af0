package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.wal.WalContract;
import io.s3stream.testkit.wal.WalFixture;
import io.s3stream.testkit.wal.WalSession;
import java.net.URI;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole SPI, on a file with direct I/O. Subclasses run it on other media. */
class BlockWalTest extends WalContract {

    @TempDir
    Path directory;

    private final BlockWalProvider provider = new BlockWalProvider();

    /** A fresh medium. */
    URI freshMedium() throws Exception {
        return URI.create("block://" + directory.resolve("wal") + "?capacity=1MiB");
    }

    @Override
    protected WalFixture openFixture() throws Exception {
        return new BlockFixture(freshMedium());
    }

    @Test
    void providerIsFoundByScheme() {
        assertThat(ServiceLoader.load(WalProvider.class).stream().flatMap(found -> found.get().schemes().stream()))
                .contains("block");
    }

    @Test
    void optionsAreNotPartOfMediumIdentity() {
        assertThat(provider.mediumId(URI.create("block:///a/./b?capacity=1MiB")))
                .isEqualTo(provider.mediumId(URI.create("block:///a/b")))
                .isEqualTo(provider.mediumId(URI.create("block:/a/b")));
    }

    @Test
    void lockHolderIsNamed() {
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            assertThatThrownBy(() -> process().attach(uri(), AttachMode.CREATE))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining(
                            "held by process " + ProcessHandle.current().pid() + " on host")
                    .hasMessageContaining("since");
            assertThat(session.prepare(7).capacityBytes()).isPositive();
        }
    }

    @Test
    void ringHoldsSingleGenerationAtATime() {
        Generation first = write(sizes(3, 1));
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            session.fence(first.descriptor(), 1);
            assertThatThrownBy(() -> session.prepare(2 * EPOCH)).isInstanceOf(ConflictException.class);
            session.release(first.descriptor());
            assertThat(session.prepare(2 * EPOCH).capacityBytes()).isPositive();
        }
    }

    @Test
    void mediumOfOtherNodeIsRefused() {
        write(sizes(3, 7));
        assertThatThrownBy(() -> process(STORE, NODE + 1).attach(uri(), AttachMode.CREATE))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("node=" + NODE);
    }
}
