package io.s3stream.core.append;

import io.s3stream.core.wal.OpenWal;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProfile;
import io.s3stream.spi.wal.WriteAheadLog;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A WAL that keeps the bytes of each frame, and notices if they change while the frame is in flight. */
final class RecordingLog implements WriteAheadLog {

    /** A frame with its bytes when it was issued. */
    record Written(WalFrame frame, ByteBuffer bytes, CompletableFuture<Void> answer) {}

    private final WalProfile profile;
    final List<Written> frames = new ArrayList<>();
    private final List<Written> inFlight = new ArrayList<>();
    private long end;

    RecordingLog(int alignment, int maxInFlight) {
        this(alignment, maxInFlight, Duration.ZERO, 0);
    }

    /** @param targetFrameBytes not 0 if writes cost money, so that frames should not be cut at the end of a slab */
    RecordingLog(int alignment, int maxInFlight, Duration linger, int targetFrameBytes) {
        this.profile =
                new WalProfile(alignment, 1 << 20, maxInFlight, 1 << 20, targetFrameBytes, linger, Integer.MAX_VALUE);
    }

    OpenWal open(long walEpoch, long firstSequence) {
        WalDescriptor descriptor = new WalDescriptor(
                URI.create("test:wal"),
                walEpoch,
                walEpoch,
                profile.alignment(),
                profile.maxFrameBytes(),
                profile.maxInFlight(),
                profile.maxInFlightBytes(),
                profile.capacityBytes(),
                Map.of());
        return new OpenWal("test:wal", null, this, descriptor, firstSequence);
    }

    int inFlight() {
        return inFlight.size();
    }

    /** Answers a frame. Returns whether its bytes are unchanged since its issue. */
    boolean answer(int index) {
        Written written = inFlight.remove(index);
        boolean isUnchanged = written.frame().bytes().duplicate().clear().equals(written.bytes());
        written.answer().complete(null);
        return isUnchanged;
    }

    @Override
    public WalProfile profile() {
        return profile;
    }

    @Override
    public long reserve(int frameBytes) {
        long position = end;
        end += frameBytes;
        return position;
    }

    @Override
    public CompletableFuture<Void> append(WalFrame frame) {
        ByteBuffer copy = ByteBuffer.allocate(frame.bytes().capacity());
        copy.put(frame.bytes().duplicate().clear()).clear();
        Written written = new Written(frame, copy, new CompletableFuture<>());
        frames.add(written);
        inFlight.add(written);
        return written.answer();
    }

    @Override
    public void trim(long position) {}

    @Override
    public long usedBytes() {
        return 0;
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        return CompletableFuture.completedFuture(null);
    }
}
