package io.s3stream.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalPaths;
import io.s3stream.spi.wal.WalProvider;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Any client that can write to the bucket may have written a record in the metadata. */
class RecordedWalsTest {

    /** Paths of a machine, as a file or an NFS WAL. */
    private static class Paths implements WalProvider {

        @Override
        public Set<String> schemes() {
            return Set.of("disk");
        }

        @Override
        public String mediumId(URI uri) {
            return "disk:" + uri.getPath();
        }

        @Override
        public boolean mayFollow(URI recorded, List<URI> known) {
            return WalPaths.isBeside(recorded, known);
        }

        @Override
        public boolean isPathOfMachine() {
            return true;
        }

        @Override
        public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
            throw new UnsupportedOperationException();
        }
    }

    /** A server, of a provider that does not understand records. */
    private static final class Servers extends Paths {

        @Override
        public Set<String> schemes() {
            return Set.of("net");
        }

        @Override
        public String mediumId(URI uri) {
            return "net:" + uri.getAuthority() + uri.getPath();
        }

        @Override
        public boolean mayFollow(URI recorded, List<URI> known) {
            return false;
        }

        @Override
        public boolean isPathOfMachine() {
            return false;
        }
    }

    private static RecordedWals wals(boolean isOwn, List<String> given, String... known) {
        return new RecordedWals(
                List.of(new Paths(), new Servers()),
                new RecordedWals.Node(7, isOwn),
                given.stream().map(URI::create).toList(),
                Stream.of(known).map(URI::create).toList());
    }

    private static void refuses(RecordedWals wals, String recorded, String remedy) {
        assertThatThrownBy(() -> wals.follow(URI.create(recorded)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(recorded)
                .hasMessageContaining("node=7")
                .hasMessageContaining(remedy);
    }

    @Test
    void takerUsesItsOwnUriForConfiguredWal() {
        RecordedWals wals = wals(false, List.of(), "disk:///mnt/wal?capacity=2", "net://host/a?timeout=1");
        assertThat(wals.follow(URI.create("disk:///mnt/wal?capacity=1"))).hasToString("disk:///mnt/wal?capacity=2");
        assertThat(wals.follow(URI.create("net://host/a?token=please"))).hasToString("net://host/a?timeout=1");
    }

    @Test
    void takerFollowsNoOtherServerSchemeOrPath() {
        RecordedWals wals = wals(false, List.of(), "disk:///mnt/wal", "file:///data/objects", "disk:///dev/sdb");
        refuses(wals, "net://evil/a", "--wal-at 'net://evil/a'");
        refuses(
                wals,
                "disk:///home/other/wal",
                "takeOver(7, TakeOverOptions.defaults().walUris(List.of(URI.create(\"disk:///home/other/wal\"))))");
        refuses(wals, "disk:///mnt/wal/../../etc/passwd", "--wal-at");
        refuses(wals, "disk:///dev/watchdog", "--wal-at");
        assertThatThrownBy(() -> wals.follow(URI.create("/mnt/wal"))).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void siblingOfConfiguredPathIsFollowed() {
        RecordedWals wals = wals(false, List.of(), "net://host/a", "file:///data/objects");
        assertThat(wals.follow(URI.create("disk:///data/wal-2"))).hasToString("disk:///data/wal-2");
        refuses(wals(false, List.of(), "disk:///wal"), "disk:///etc", "--wal-at");
    }

    @Test
    void explicitUriIsTrusted() {
        RecordedWals wals = wals(false, List.of("net://other/a?x=1", "disk:///new/place"), "disk:///mnt/wal");
        assertThat(wals.follow(URI.create("net://other/a?x=2"))).hasToString("net://other/a?x=1");
        assertThat(wals.follow(URI.create("disk:///old/place"))).hasToString("disk:///new/place");
    }

    /** The node may have opened or switched its WAL with another configuration before. */
    @Test
    void openingNodeFindsItsLocalWalAndConnectsToNoOtherServer() {
        RecordedWals wals = wals(true, List.of(), "disk:///mnt/wal");
        assertThat(wals.follow(URI.create("disk:///old/place"))).hasToString("disk:///old/place");
        refuses(wals, "net://evil/a", "open the store with it as wal or walFallback");
    }
}
