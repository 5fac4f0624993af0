package io.s3stream.testkit.wal.scenario;

import io.netty.buffer.ByteBufUtil;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.wal.MarkerMedium;
import io.s3stream.testkit.wal.WalFencing;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The reference that shows which faults the scenario catches: a WAL of one object per frame, fenced by markers, as
 * simple as possible. Not for production: it copies, reads sequentially and lists everything.
 */
public class MarkerWal implements WalProvider {

    public static final URI PLACE = URI.create("marker:wal");
    public static final int MAX_IN_FLIGHT = 4;
    private static final int RETRIES = 40;

    /** The rules of a WAL. Mutants override them. */
    public static class Rules {
        public static final Rules RIGHT = new Rules();

        /** L2: on 412 the owner of the object is read. */
        boolean readsBack() {
            return true;
        }

        /** L1: markers stay forever. */
        public boolean deletesMarkers() {
            return false;
        }

        /** L3: only a conditional write settles where the log ends. */
        public boolean fences() {
            return true;
        }

        boolean putsConditionally() {
            return true;
        }

        /** An unreachable medium is not an empty one. */
        public boolean needsOpeningRecord() {
            return true;
        }
    }

    /** The same WAL for all openers of a world. */
    public static SimulatedWal.Factory factory(Rules rules) {
        return world -> new Simulated(world, rules, WalFencing.SHARED);
    }

    record Simulated(WalWorld world, Rules rules, WalFencing fencing) implements SimulatedWal {

        @Override
        public List<URI> uris() {
            return List.of(PLACE);
        }

        @Override
        public WalProvider provider(SimNode opener) {
            return new MarkerWal(rules);
        }

        @Override
        public WalContext context(SimNode opener) {
            return world.context(opener);
        }
    }

    public final Rules rules;

    public MarkerWal(Rules rules) {
        this.rules = rules;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("marker");
    }

    @Override
    public String mediumId(URI uri) {
        return uri.toString();
    }

    @Override
    public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
        return CompletableFuture.completedFuture(new MarkerMedium(this, uri, context));
    }

    /** The value of a key: a frame, or a marker. */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    public record Found(byte[] bytes) {

        public boolean isMarker() {
            return bytes.length > 0 && bytes[0] == 'M';
        }

        public ByteBuffer frame() {
            return ByteBuffer.wrap(bytes);
        }

        /** Whether it is an intact frame that follows this one. */
        public boolean follows(WalDescriptor descriptor, WalAnchor last) {
            try {
                FrameHeader header = header();
                FrameFormat.verifyBody(frame(), 0, header);
                return header.follows(
                        descriptor.walEpoch(),
                        descriptor.nonce(),
                        last.sequence(),
                        last.checksum(),
                        last.endPosition());
            } catch (CorruptedDataException e) {
                return false;
            }
        }

        public FrameHeader header() {
            return FrameFormat.readHeader(frame(), 0);
        }
    }

    /** The requests, repeated while they fail. */
    public record Objects(ObjectStorage storage) {

        public CompletableFuture<Boolean> putIfAbsent(String key, byte[] bytes) {
            return put(key, bytes, PutCondition.IF_ABSENT);
        }

        public CompletableFuture<Boolean> put(String key, byte[] bytes, PutCondition condition) {
            return retry(() -> storage.put(key, ObjectBody.of(bytes), condition), RETRIES)
                    .thenApply(Optional::isPresent);
        }

        public CompletableFuture<Optional<Found>> get(String key) {
            return retry(() -> storage.get(key, ByteRange.WHOLE), RETRIES)
                    .thenApply(content -> content.map(present -> {
                        try (present) {
                            return new Found(ByteBufUtil.getBytes(present.data()));
                        }
                    }));
        }

        /** Whether the present object is this one, because an earlier attempt had written it. */
        CompletableFuture<Boolean> holds(String key, byte[] bytes) {
            return get(key).thenApply(found ->
                    found.isPresent() && Arrays.equals(found.get().bytes(), bytes));
        }

        public CompletableFuture<List<String>> list(String prefix) {
            return list(prefix, "", new ArrayList<>());
        }

        private CompletableFuture<List<String>> list(String prefix, String after, List<String> all) {
            return retry(() -> storage.list(prefix, after, 1000), RETRIES).thenCompose(page -> {
                all.addAll(page.stream().map(ObjectSummary::key).toList());
                return page.isEmpty()
                        ? CompletableFuture.completedFuture(all)
                        : list(prefix, all.get(all.size() - 1), all);
            });
        }

        public CompletableFuture<Void> delete(List<String> keys) {
            return retry(() -> storage.delete(keys), RETRIES).thenApply(failed -> null);
        }

        private static <T> CompletableFuture<T> retry(Supplier<CompletableFuture<T>> request, int left) {
            return request.get()
                    .handle((answer, error) -> {
                        if (error == null) {
                            return CompletableFuture.completedFuture(answer);
                        }
                        return left == 0 || !(WalOpener.unwrap(error) instanceof StorageException)
                                ? CompletableFuture.<T>failedFuture(error)
                                : retry(request, left - 1);
                    })
                    .thenCompose(Function.identity());
        }
    }
}
