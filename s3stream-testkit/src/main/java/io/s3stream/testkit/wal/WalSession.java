package io.s3stream.testkit.wal;

import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.Replay.ReplayedFrame;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An attached medium of one opener, with blocking calls. Each call waits for its future with a deadline, and throws its
 * failure unwrapped. Used by one thread at a time.
 */
public final class WalSession implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 60;

    private final WalMedium medium;

    /** A copy of a replayed frame. */
    @SuppressWarnings("ArrayRecordComponent") // a private copy
    public record Read(long sequence, long end, int chain, byte[] bytes) {

        public WalAnchor anchor() {
            return new WalAnchor(sequence, end, chain);
        }
    }

    /** Creates a session that owns an attached medium. */
    public WalSession(WalMedium medium) {
        this.medium = medium;
    }

    public static WalSession attach(WalProvider provider, URI uri, AttachMode mode, WalContext context) {
        return new WalSession(get(provider.attach(uri, mode, context)));
    }

    public WalMedium medium() {
        return medium;
    }

    public WalDescriptor prepare(long walEpoch) {
        return get(medium.prepare(walEpoch));
    }

    public WriteAheadLog create(WalDescriptor descriptor, long firstSequence) {
        return medium.create(descriptor, firstSequence);
    }

    public void fence(WalDescriptor descriptor, long from) {
        get(medium.fence(descriptor, from));
    }

    public void release(WalDescriptor descriptor) {
        get(medium.release(descriptor));
    }

    public List<Read> fenceAndReplay(WalDescriptor descriptor, WalAnchor after) {
        fence(descriptor, after.sequence() + 1);
        return replay(descriptor, after);
    }

    public List<Read> replay(WalDescriptor descriptor, WalAnchor after) {
        return replay(medium, descriptor, after);
    }

    public static List<Read> replay(WalMedium medium, WalDescriptor descriptor, WalAnchor after) {
        List<Read> frames = new ArrayList<>();
        try (Replay replay = get(medium.replay(descriptor, after))) {
            Optional<ReplayedFrame> next = get(replay.next());
            while (next.isPresent()) {
                ReplayedFrame frame = next.get();
                frames.add(new Read(frame.sequence(), frame.endPosition(), frame.checksum(), copy(frame.bytes())));
                next = get(replay.next());
            }
        }
        return frames;
    }

    public static byte[] copy(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return copy;
    }

    /** Waits for the future. Throws its failure unwrapped. */
    public static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StreamException failure) {
                throw failure;
            }
            throw new AssertionError("the failure is not an exception of the SPI: " + e.getCause(), e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer within " + DEADLINE_SECONDS + " s", e);
        }
    }

    @Override
    public void close() {
        medium.close();
    }
}
