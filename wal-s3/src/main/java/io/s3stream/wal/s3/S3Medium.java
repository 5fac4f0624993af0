package io.s3stream.wal.s3;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.wal.common.Futures;
import io.s3stream.wal.s3.fence.FenceRules;
import io.s3stream.wal.s3.fence.FenceWalk;
import io.s3stream.wal.s3.fence.ReleaseRules;
import io.s3stream.wal.s3.fence.StoreJudge;
import io.s3stream.wal.s3.fence.StoreMark;
import io.s3stream.wal.s3.fence.WalKeys;
import io.s3stream.wal.s3.fence.WriteOnce;
import io.s3stream.wal.s3.request.AgreedReads;
import io.s3stream.wal.s3.request.Requests;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations of one node in an object storage, any number of them.
 *
 * <p>Owns the writers and the generations in use, in a concurrent map that the engine changes with one call at a time.
 * Owns the ends of the generations fenced here, on its serial context.
 */
final class S3Medium implements WalMedium {

    private static final Logger LOG = LoggerFactory.getLogger(S3Medium.class);

    /** Object storage needs no alignment. This power of two keeps records aligned in memory. */
    static final int ALIGNMENT = 8;

    private final URI uri;
    private final S3WalOptions options;
    private final WalContext context;
    private final Requests requests;
    private final WriteOnce writeOnce;
    private final FenceRules fenceRules;
    private final OpeningJudge openingJudge;
    private final Sweep sweep;

    /** By WAL epoch: the generations whose frames are needed, with their writer if it runs in this process. */
    private final Map<Long, Optional<S3WriteAheadLog>> needed = new ConcurrentHashMap<>();

    /** By WAL epoch: the ends of the generations fenced here. */
    private final Map<Long, Long> settledEnds = new HashMap<>();

    S3Medium(URI uri, S3WalOptions options, WalContext context, Requests requests, S3WalRules rules) {
        this.uri = uri;
        this.options = options;
        this.context = context;
        this.requests = requests;
        this.writeOnce = new WriteOnce(requests, rules.judge());
        this.fenceRules = rules.fence();
        this.openingJudge = rules.opening();
        this.sweep = new Sweep(requests, rules.release());
    }

    /**
     * Checks that the prefix belongs to this store. The store's own bucket needs no mark.
     *
     * @param mayMark whether to mark a prefix that has no mark
     */
    CompletableFuture<Void> claim(StoreJudge judge, boolean mayMark) {
        if (options.storageUri() == null) {
            return CompletableFuture.completedFuture(null);
        }
        StoreMark mark = new StoreMark(requests, writeOnce, judge);
        return onContext(() -> mayMark
                ? mark.claim(context.storeId())
                : mark.check(context.storeId()).thenAccept(isMarked -> {}));
    }

    private WalKeys keys(long walEpoch) {
        return new WalKeys(context.nodeId(), walEpoch);
    }

    @Override
    public boolean isExclusive() {
        return false;
    }

    @Override
    public CompletableFuture<Integer> maxFrameBytes() {
        return CompletableFuture.completedFuture(frameBytes());
    }

    private int frameBytes() {
        return (int) Math.min(context.maxFrameBytes(), options.capacityBytes() / 4) & -ALIGNMENT;
    }

    /** Also begins, in the background, to sweep late frames of released generations. */
    @Override
    public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
        WalDescriptor descriptor = new WalDescriptor(
                uri,
                walEpoch,
                context.runtime().randomLong(),
                ALIGNMENT,
                frameBytes(),
                options.maxInFlight(),
                options.maxInFlightBytes(),
                options.capacityBytes(),
                Map.of());
        String key = keys(walEpoch).opening();
        byte[] opening = OpeningRecord.of(context.storeId(), context.nodeId(), descriptor)
                .encode();
        return onContext(() -> writeOnce.put(key, opening).thenApply(settled -> {
            if (!settled.isOurs()) {
                throw new ConflictException("object=" + key + " was written by another process: " + requests
                        + " is used by another store, or walEpoch=" + walEpoch + " twice; use another prefix");
            }
            needed.put(walEpoch, Optional.empty());
            sweepLate(walEpoch);
            return descriptor;
        }));
    }

    private void sweepLate(long walEpoch) {
        sweep.sweepLate(context.nodeId(), keys -> keys.walEpoch() >= walEpoch || needed.containsKey(keys.walEpoch()))
                .whenComplete((swept, error) -> {
                    if (error != null) {
                        LOG.info(
                                "{}: sweeping late frames of released generations failed, the next opening retries: {}",
                                requests,
                                Futures.unwrap(error).toString());
                    }
                });
    }

    @Override
    public WriteAheadLog create(WalDescriptor descriptor, long firstSequence) {
        S3WriteAheadLog writer = new S3WriteAheadLog(
                requests, writeOnce, descriptor, options, keys(descriptor.walEpoch()), firstSequence);
        needed.put(descriptor.walEpoch(), Optional.of(writer));
        return writer;
    }

    @Override
    public CompletableFuture<Void> fence(WalDescriptor descriptor, long from) {
        WalKeys keys = keys(descriptor.walEpoch());
        return onContext(() -> reach(descriptor)
                .thenCompose(opened -> {
                    needed.getOrDefault(descriptor.walEpoch(), Optional.empty()).ifPresent(S3WriteAheadLog::fence);
                    return new FenceWalk(requests, writeOnce, fenceRules, descriptor, keys).run(from);
                })
                .thenAccept(end -> settledEnds.put(descriptor.walEpoch(), fenceRules.settledEnd(end))));
    }

    @Override
    public CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after) {
        WalKeys keys = keys(descriptor.walEpoch());
        return onContext(() -> reach(descriptor)
                .thenApply(opened -> new S3Replay(
                        requests, descriptor, keys, after, settledEnds.getOrDefault(descriptor.walEpoch(), -1L))));
    }

    /** Checks the opening object, which tells an empty WAL from a wrong bucket. */
    private CompletableFuture<Void> reach(WalDescriptor descriptor) {
        String key = keys(descriptor.walEpoch()).opening();
        return new AgreedReads(requests)
                .get(key, ByteRange.WHOLE, content -> content.isPresent() && isOurs(content.get(), key, descriptor))
                .thenAccept(content -> {
                    if (!openingJudge.mayBeRead(content.isPresent())) {
                        throw new StorageException(requests + " is unreachable: object=" + key
                                + " is not there; is this the right bucket and prefix?");
                    }
                    content.ifPresent(opened -> requireOurs(opened, key, descriptor));
                    needed.putIfAbsent(descriptor.walEpoch(), Optional.empty());
                });
    }

    private boolean isOurs(ObjectContent opened, String key, WalDescriptor descriptor) {
        try {
            return OpeningRecord.decode(opened.data().nioBuffer(), key)
                    .equals(OpeningRecord.of(context.storeId(), context.nodeId(), descriptor));
        } catch (CorruptedDataException e) {
            return false;
        }
    }

    private void requireOurs(ObjectContent opened, String key, WalDescriptor descriptor) {
        OpeningRecord found;
        try (opened) {
            found = OpeningRecord.decode(opened.data().nioBuffer(), key);
        }
        if (!found.equals(OpeningRecord.of(context.storeId(), context.nodeId(), descriptor))) {
            throw new StorageException(requests + " is unreachable: object=" + key + " belongs to store="
                    + found.storeId() + " node=" + found.nodeId() + " nonce=" + found.nonce()
                    + "; is this the right bucket and prefix?");
        }
    }

    /** Deletes the objects that {@link ReleaseRules} names, after the writer has stopped. */
    @Override
    public CompletableFuture<Void> release(WalDescriptor descriptor) {
        CompletableFuture<Void> quiet = needed.getOrDefault(descriptor.walEpoch(), Optional.empty())
                .map(S3WriteAheadLog::closeAsync)
                .orElseGet(() -> CompletableFuture.completedFuture(null));
        return quiet.thenCompose(idle -> onContext(() -> sweep.release(keys(descriptor.walEpoch()))))
                .thenRun(() -> needed.remove(descriptor.walEpoch()));
    }

    private <T> CompletableFuture<T> onContext(Supplier<CompletableFuture<T>> action) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        requests.context().execute(() -> {
            CompletableFuture<T> begun;
            try {
                begun = action.get();
            } catch (Throwable e) { // any failure: the engine waits for the future
                begun = CompletableFuture.failedFuture(e);
            }
            begun.whenComplete((value, error) -> Futures.complete(answer, value, error));
        });
        return answer;
    }

    @Override
    public void close() {
        needed.values().forEach(writer -> writer.ifPresent(S3WriteAheadLog::closeAsync));
        requests.close();
    }
}
