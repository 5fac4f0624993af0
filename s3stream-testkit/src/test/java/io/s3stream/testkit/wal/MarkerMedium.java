package io.s3stream.testkit.wal;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.wal.scenario.MarkerLog;
import io.s3stream.testkit.wal.scenario.MarkerWal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Keys of {@link MarkerWal}: an opening record and a key for each sequence, under the WAL epoch. */
public final class MarkerMedium implements WalMedium {

    private static final int FRAMES = 24;

    private final MarkerWal wal;
    private final URI uri;
    private final WalContext context;
    private final MarkerWal.Objects objects;
    private final byte[] ownMarker;

    public MarkerMedium(MarkerWal wal, URI uri, WalContext context) {
        this.wal = wal;
        this.uri = uri;
        this.context = context;
        this.objects = new MarkerWal.Objects(context.storage());
        this.ownMarker = bytes("M" + context.runtime().randomLong());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String prefix(long walEpoch) {
        return String.format(Locale.ROOT, "wal/%016x/", walEpoch);
    }

    public static String key(long walEpoch, long sequence) {
        return prefix(walEpoch) + String.format(Locale.ROOT, "%020d", sequence);
    }

    private static long sequence(String key) {
        return Long.parseLong(key.substring(key.lastIndexOf('/') + 1));
    }

    private byte[] opening(long nonce) {
        return bytes(context.storeId() + " " + context.nodeId() + " " + nonce);
    }

    private static String openingKey(long walEpoch) {
        return "opening/" + walEpoch;
    }

    @Override
    public boolean isExclusive() {
        return false;
    }

    @Override
    public CompletableFuture<Integer> maxFrameBytes() {
        return CompletableFuture.completedFuture(context.maxFrameBytes());
    }

    @Override
    public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
        long nonce = context.runtime().randomLong();
        WalDescriptor descriptor = new WalDescriptor(
                uri,
                walEpoch,
                nonce,
                1,
                context.maxFrameBytes(),
                MarkerWal.MAX_IN_FLIGHT,
                4 * context.maxFrameBytes(),
                FRAMES * context.maxFrameBytes(),
                Map.of());
        return objects.put(openingKey(walEpoch), opening(nonce), PutCondition.ALWAYS)
                .thenApply(written -> descriptor);
    }

    @Override
    public WriteAheadLog create(WalDescriptor descriptor, long firstSequence) {
        return new MarkerLog(wal.rules, objects, descriptor, firstSequence);
    }

    @Override
    public CompletableFuture<Void> fence(WalDescriptor descriptor, long from) {
        if (!wal.rules.fences()) {
            return reach(descriptor);
        }
        return reach(descriptor)
                .thenCompose(found -> putAhead(descriptor.walEpoch(), from, 4 * MarkerWal.MAX_IN_FLIGHT))
                .thenCompose(ahead -> walk(descriptor.walEpoch(), from));
    }

    /** R4: the far marker ends the walk even when the older opener is faster. */
    private CompletableFuture<Void> putAhead(long walEpoch, long from, int distance) {
        return objects.list(prefix(walEpoch)).thenCompose(keys -> {
            long highest = keys.isEmpty() ? 0 : sequence(keys.get(keys.size() - 1));
            String key = key(walEpoch, Math.max(highest + 1, from) + distance);
            return objects.putIfAbsent(key, ownMarker)
                    .thenCompose(written -> objects.get(key))
                    .thenCompose(found -> found.isPresent() && found.get().isMarker()
                            ? CompletableFuture.completedFuture(null)
                            : putAhead(walEpoch, from, 2 * distance));
        });
    }

    private CompletableFuture<Void> walk(long walEpoch, long sequence) {
        String key = key(walEpoch, sequence);
        return objects.putIfAbsent(key, ownMarker)
                .thenCompose(written -> written
                        ? CompletableFuture.completedFuture(Optional.of(new MarkerWal.Found(ownMarker)))
                        : objects.get(key))
                .thenCompose(found -> {
                    boolean marker = found.isPresent() && found.get().isMarker();
                    return marker ? CompletableFuture.completedFuture(null) : walk(walEpoch, sequence + 1);
                });
    }

    private CompletableFuture<Void> reach(WalDescriptor descriptor) {
        return objects.get(openingKey(descriptor.walEpoch())).thenAccept(found -> {
            boolean right = found.isPresent() && Arrays.equals(found.get().bytes(), opening(descriptor.nonce()));
            if (!right && wal.rules.needsOpeningRecord()) {
                throw new StorageException("marker WAL walEpoch=" + descriptor.walEpoch() + " is unreachable");
            }
        });
    }

    @Override
    public CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after) {
        return reach(descriptor).thenApply(found -> new MarkerReplay(descriptor, after));
    }

    @Override
    public CompletableFuture<Void> release(WalDescriptor descriptor) {
        return objects.list(prefix(descriptor.walEpoch()))
                .thenCompose(keys -> deleteFrames(keys, 0))
                .thenCompose(done -> objects.delete(List.of(openingKey(descriptor.walEpoch()))));
    }

    private CompletableFuture<Void> deleteFrames(List<String> keys, int index) {
        if (index == keys.size()) {
            return CompletableFuture.completedFuture(null);
        }
        String key = keys.get(index);
        return objects.get(key)
                .thenCompose(found -> found.isEmpty() || (found.get().isMarker() && !wal.rules.deletesMarkers())
                        ? CompletableFuture.completedFuture(null)
                        : objects.delete(List.of(key)))
                .thenCompose(done -> deleteFrames(keys, index + 1));
    }

    @Override
    public void close() {}

    /** Reads one key after another, until a key has no frame. */
    private final class MarkerReplay implements Replay {

        private final WalDescriptor descriptor;
        private WalAnchor last;

        MarkerReplay(WalDescriptor descriptor, WalAnchor after) {
            this.descriptor = descriptor;
            this.last = after;
        }

        @Override
        public CompletableFuture<Optional<ReplayedFrame>> next() {
            long sequence = last.sequence() + 1;
            return objects.get(key(descriptor.walEpoch(), sequence)).thenCompose(found -> {
                if (found.isEmpty() || found.get().isMarker()) {
                    return requireEnd(sequence);
                }
                MarkerWal.Found frame = found.get();
                if (!frame.follows(descriptor, last)) {
                    return requireEnd(sequence);
                }
                last = new WalAnchor(
                        sequence,
                        last.endPosition() + frame.bytes().length,
                        frame.header().chain());
                return CompletableFuture.completedFuture(
                        Optional.of(new ReplayedFrame(sequence, last.endPosition(), last.checksum(), frame.frame())));
            });
        }

        /** R7: a frame far behind shows that the missing frame had been acknowledged. */
        private CompletableFuture<Optional<ReplayedFrame>> requireEnd(long missing) {
            return objects.list(prefix(descriptor.walEpoch())).thenCompose(keys -> {
                CompletableFuture<Void> checked = CompletableFuture.completedFuture(null);
                for (String key : keys) {
                    if (sequence(key) > missing) {
                        checked = checked.thenCompose(done -> objects.get(key))
                                .thenAccept(found -> requireMarker(found, key, missing));
                    }
                }
                return checked.thenApply(done -> Optional.empty());
            });
        }

        private void requireMarker(Optional<MarkerWal.Found> found, String key, long missing) {
            if (found.isEmpty() || found.get().isMarker()) {
                return;
            }
            FrameHeader header = found.get().header();
            if (header.ackedThrough() >= missing || header.sequence() >= missing + MarkerWal.MAX_IN_FLIGHT) {
                throw new CorruptedDataException("frame " + missing + " is bad, but " + key + " came after it");
            }
        }

        @Override
        public void close() {}
    }
}
