package io.s3stream.wal.s3;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.wal.FillingFrame;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProfile;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.wal.common.FrameChecks;
import io.s3stream.wal.s3.fence.FenceMarker;
import io.s3stream.wal.s3.fence.WalKeys;
import io.s3stream.wal.s3.fence.WriteOnce;
import io.s3stream.wal.s3.request.Requests;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The writer of one generation. The engine's context owns the space and the next sequence. The medium's context owns
 * all other state, including the closed flag.
 */
final class S3WriteAheadLog implements WriteAheadLog {

    private final WalDescriptor descriptor;
    private final int targetFrameBytes;
    private final SerialContext context;
    private final PutPacer pacer;
    private final FrameSpace space;
    private long nextSequence;

    private final Appends appends;
    private final Trimmer trimmer;
    private final CompletableFuture<Void> quiet = new CompletableFuture<>();
    private boolean isClosing;

    S3WriteAheadLog(
            Requests requests,
            WriteOnce writeOnce,
            WalDescriptor descriptor,
            S3WalOptions options,
            WalKeys keys,
            long firstSequence) {
        this.descriptor = descriptor;
        this.targetFrameBytes = options.targetFrameBytes();
        this.context = requests.context();
        this.pacer = new PutPacer(options.linger(), descriptor.maxInFlight(), requests.runtime()::nanoTime);
        this.space = new FrameSpace(descriptor.capacityBytes(), firstSequence);
        this.nextSequence = firstSequence;
        FrameCopies copies = new FrameCopies(descriptor.maxInFlightBytes());
        this.appends = new Appends(requests, writeOnce, keys, pacer, copies, this::checkQuiet);
        this.trimmer = new Trimmer(requests, keys, firstSequence, this::checkQuiet);
        context.onFailure(this::onContextFailure);
    }

    /** Fails the frames in flight, whose outcome is unknown now. No later frame is acknowledged [R38]. */
    private void onContextFailure(Throwable thrown) {
        appends.end(new StorageException(appends + " failed: " + thrown, thrown));
    }

    @Override
    public WalProfile profile() {
        return new WalProfile(
                descriptor.alignment(),
                descriptor.maxFrameBytes(),
                descriptor.maxInFlight(),
                descriptor.maxInFlightBytes(),
                Math.min(targetFrameBytes, descriptor.maxFrameBytes()),
                pacer.maxLinger(),
                descriptor.capacityBytes());
    }

    @Override
    public Duration linger(FillingFrame frame) {
        return pacer.linger(frame);
    }

    @Override
    public long reserve(int frameBytes) {
        FrameChecks.requireSize(frameBytes, FenceMarker.BYTES + 1, descriptor);
        return space.reserve(frameBytes);
    }

    @Override
    public CompletableFuture<Void> append(WalFrame frame) {
        ByteBuffer bytes = frame.bytes().duplicate();
        if (frame.sequence() != nextSequence || !space.use(frame.position(), bytes.remaining())) {
            return CompletableFuture.failedFuture(FrameChecks.notReserved(frame, nextSequence));
        }
        nextSequence++;
        pacer.onFrame(bytes.remaining());
        CompletableFuture<Void> answer = new CompletableFuture<>();
        context.execute(() -> begin(frame.sequence(), bytes, answer));
        return answer;
    }

    private void begin(long sequence, ByteBuffer bytes, CompletableFuture<Void> answer) {
        if (isClosing && !appends.hasEnded()) {
            answer.completeExceptionally(new StoreClosedException(appends + " is closed"));
        } else {
            try {
                appends.begin(sequence, bytes, answer);
            } catch (Throwable e) { // no memory for the copy: no later frame may be acknowledged either
                appends.end(new StorageException(appends + ": sequence=" + sequence + " cannot be sent: " + e, e));
                answer.completeExceptionally(new StorageException("" + e.getMessage(), e));
            }
        }
    }

    @Override
    public void trim(long position) {
        long firstNeeded = space.trim(position);
        context.execute(() -> trimmer.trimTo(firstNeeded));
    }

    @Override
    public long usedBytes() {
        return space.used();
    }

    /** Waits for the PUTs and the deletion in flight. The release deletes the remaining trimmed frames. */
    @Override
    public CompletableFuture<Void> closeAsync() {
        context.execute(() -> {
            isClosing = true;
            trimmer.stop();
            checkQuiet();
        });
        return quiet.copy();
    }

    /** Fails all appends from now on. Called on the medium's context. */
    void fence() {
        isClosing = true;
        trimmer.stop();
        appends.end(new FencedException(appends + " was fenced by this process"));
        checkQuiet();
    }

    private void checkQuiet() {
        if (isClosing && appends.isQuiet() && !trimmer.isRunning()) {
            quiet.complete(null);
        }
    }
}
