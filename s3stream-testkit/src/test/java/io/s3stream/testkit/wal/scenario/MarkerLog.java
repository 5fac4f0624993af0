package io.s3stream.testkit.wal.scenario;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProfile;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.wal.MarkerMedium;
import io.s3stream.testkit.wal.WalSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The writer of {@link MarkerWal}: puts if absent, and on 412 reads the object's owner. */
public final class MarkerLog implements WriteAheadLog {

    private final MarkerWal.Rules rules;
    private final MarkerWal.Objects objects;
    private final WalDescriptor descriptor;
    private final List<CompletableFuture<Void>> underWay = new ArrayList<>();
    private final TreeMap<Long, Long> endOfSequence = new TreeMap<>();
    private long next;
    private long appended;
    private long reserved;
    private long trimmed;
    private boolean closed;
    private volatile Throwable failure;

    public MarkerLog(MarkerWal.Rules rules, MarkerWal.Objects objects, WalDescriptor descriptor, long first) {
        this.rules = rules;
        this.objects = objects;
        this.descriptor = descriptor;
        this.next = first;
    }

    @Override
    public WalProfile profile() {
        return new WalProfile(
                1,
                descriptor.maxFrameBytes(),
                descriptor.maxInFlight(),
                descriptor.maxInFlightBytes(),
                0,
                Duration.ZERO,
                descriptor.capacityBytes());
    }

    @Override
    public long reserve(int frameBytes) {
        if (frameBytes <= 0 || frameBytes > descriptor.maxFrameBytes()) {
            throw new InvalidRequestException("frame of " + frameBytes + " bytes");
        }
        if (appended + frameBytes - trimmed > descriptor.capacityBytes()) {
            return -1;
        }
        reserved = frameBytes;
        return appended;
    }

    @Override
    public CompletableFuture<Void> append(WalFrame frame) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        if (frame.sequence() != next
                || frame.position() != appended
                || frame.bytes().remaining() != reserved) {
            return CompletableFuture.failedFuture(new InvalidRequestException("not reserved: " + frame));
        }
        if (closed) {
            return CompletableFuture.failedFuture(new StoreClosedException("closed"));
        }
        next++;
        appended += reserved;
        reserved = 0;
        endOfSequence.put(frame.sequence(), appended);
        String key = MarkerMedium.key(descriptor.walEpoch(), frame.sequence());
        byte[] bytes = WalSession.copy(frame.bytes());
        PutCondition condition = rules.putsConditionally() ? PutCondition.IF_ABSENT : PutCondition.ALWAYS;
        CompletableFuture<Void> append = objects.put(key, bytes, condition)
                .thenCompose(written -> written || !rules.readsBack()
                        ? CompletableFuture.completedFuture(true)
                        : objects.holds(key, bytes))
                .thenAccept(ours -> {
                    if (!ours) {
                        throw new FencedException("sequence=" + frame.sequence() + " is taken");
                    }
                })
                .handle((done, error) -> {
                    if (error != null && failure == null) { // the first of the two failures
                        failure = WalOpener.unwrap(error) instanceof FencedException fenced
                                ? fenced
                                : new StorageException("marker WAL ended: " + error, error);
                    }
                    if (error != null) {
                        throw new CompletionException(WalOpener.unwrap(error));
                    }
                    return null;
                });
        underWay.add(append);
        return append;
    }

    @Override
    public void trim(long position) {
        trimmed = Math.max(trimmed, position);
        List<String> keys = new ArrayList<>();
        for (Map.Entry<Long, Long> end : endOfSequence.entrySet()) {
            if (end.getValue() <= position) {
                keys.add(MarkerMedium.key(descriptor.walEpoch(), end.getKey()));
            }
        }
        endOfSequence.values().removeIf(end -> end <= position);
        objects.delete(keys);
    }

    @Override
    public long usedBytes() {
        return appended + reserved - trimmed;
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        closed = true;
        return CompletableFuture.allOf(underWay.stream()
                .map(append -> append.handle((done, error) -> null))
                .toArray(CompletableFuture<?>[]::new));
    }
}
