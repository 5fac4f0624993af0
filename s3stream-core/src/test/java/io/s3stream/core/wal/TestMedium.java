package io.s3stream.core.wal;

import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WriteAheadLog;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A medium that counts its closings. */
final class TestMedium implements WalMedium {

    private final boolean exclusive;
    int closings;

    TestMedium(boolean exclusive) {
        this.exclusive = exclusive;
    }

    /** Attaches media when the test says so. The path of a URI names the medium; its query does not. */
    static final class Provider implements WalProvider {

        final List<CompletableFuture<WalMedium>> attaches = new ArrayList<>();

        @Override
        public Set<String> schemes() {
            return Set.of("test");
        }

        @Override
        public String mediumId(URI uri) {
            return "test:" + uri.getPath();
        }

        @Override
        public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
            attaches.add(new CompletableFuture<>());
            return attaches.get(attaches.size() - 1);
        }
    }

    @Override
    public boolean isExclusive() {
        return exclusive;
    }

    @Override
    public CompletableFuture<Integer> maxFrameBytes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public WriteAheadLog create(WalDescriptor descriptor, long firstSequence) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> fence(WalDescriptor descriptor, long from) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> release(WalDescriptor descriptor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        closings++;
    }
}
