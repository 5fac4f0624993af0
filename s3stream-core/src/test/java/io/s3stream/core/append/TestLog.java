package io.s3stream.core.append;

import io.s3stream.core.wal.OpenWal;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProfile;
import io.s3stream.spi.wal.WriteAheadLog;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A WAL without a medium. The test answers each frame. */
final class TestLog implements WriteAheadLog {

    private final WalProfile profile;
    final List<WalFrame> frames = new ArrayList<>();
    final List<CompletableFuture<Void>> answers = new ArrayList<>();
    private long end;
    long trimmed;
    long room = Long.MAX_VALUE;

    TestLog(int alignment, int maxInFlight, int maxInFlightBytes) {
        this.profile =
                new WalProfile(alignment, 1 << 20, maxInFlight, maxInFlightBytes, 0, Duration.ZERO, Integer.MAX_VALUE);
    }

    OpenWal open(long walEpoch, long firstSequence) {
        WalDescriptor descriptor = new WalDescriptor(
                URI.create("test:wal"),
                walEpoch,
                77,
                profile.alignment(),
                profile.maxFrameBytes(),
                profile.maxInFlight(),
                profile.maxInFlightBytes(),
                profile.capacityBytes(),
                Map.of());
        return new OpenWal("test:wal", null, this, descriptor, firstSequence);
    }

    @Override
    public WalProfile profile() {
        return profile;
    }

    @Override
    public long reserve(int frameBytes) {
        if (end + frameBytes > room) {
            return -1;
        }
        long position = end;
        end += frameBytes;
        return position;
    }

    @Override
    public CompletableFuture<Void> append(WalFrame frame) {
        frames.add(frame);
        answers.add(new CompletableFuture<>());
        return answers.get(answers.size() - 1);
    }

    @Override
    public void trim(long position) {
        trimmed = position;
    }

    @Override
    public long usedBytes() {
        return end - trimmed;
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        return CompletableFuture.completedFuture(null);
    }
}
