package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StoreBusyException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetch results that stay open long after their data has left the caches. */
class LeaseTest {

    private static final int LARGEST = 4000;

    @TempDir
    Path dir;

    private record Kept(FetchResult result, List<ByteBuffer> copies) {}

    @Test
    void openResultsShowSameBytesAfterEviction() {
        WatchedParts parts = new WatchedParts();
        StreamStore store = Stores.open(Stores.in(dir), parts);
        Stream stream = Stores.own(store, "a");
        List<Kept> kept = new ArrayList<>();
        long cache = Stores.small().writeCacheBytes();
        while (store.stats().appendedBytes() < 5 * cache) {
            long from = stream.nextOffset();
            for (int i = 0; i < 20; i++) {
                stream.append(Payloads.batch(0, stream.nextOffset(), LARGEST));
            }
            Stores.get(stream.whenDurable(stream.nextOffset()));
            if (kept.size() < 400) {
                kept.add(keep(stream, from));
            }
        }
        for (long offset = 0; offset < stream.confirmOffset() / 2; offset += stream.confirmOffset() / 50) {
            kept.add(keep(stream, offset)); // most of these come from object storage
        }
        // The leases exceeded the cache, and appends continued: past the limit, leases are copies.
        assertUnchanged(kept);
        Stores.close(store);
        assertUnchanged(kept);
        for (Kept each : kept) {
            each.result().close();
            each.result().close();
        }
        parts.assertNothingIsLeft();
    }

    @Test
    void leasesPinAtMostTheirShareOfWriteCache_R28() {
        WatchedParts parts = new WatchedParts();
        keepLeasesOfThreeTimesTheCache(parts, Duration.ofSeconds(30)).forEach(FetchResult::close);
        parts.assertNothingIsLeft();
    }

    /** Without copies, a caller that keeps all results would stop the appends forever. */
    @Test
    void leasesWithoutLimitAreNoticed_R28() {
        WatchedParts parts = new WatchedParts(Long.MAX_VALUE);
        assertThatThrownBy(() -> keepLeasesOfThreeTimesTheCache(parts, Duration.ofMillis(300)))
                .isInstanceOf(StoreBusyException.class);
    }

    /** Until the store is closed, and longer. */
    private List<FetchResult> keepLeasesOfThreeTimesTheCache(WatchedParts parts, Duration appendTimeout) {
        long cache = 1 << 20;
        StoreConfig config = Stores.smallSizes()
                .writeCacheBytes(cache)
                .appendTimeout(appendTimeout)
                .build();
        StreamStore store = Stores.open(Stores.in(dir).config(config), parts);
        Stream stream = Stores.own(store, "a");
        List<FetchResult> kept = new ArrayList<>();
        try {
            while (store.stats().appendedBytes() < 3 * cache) {
                long from = stream.nextOffset();
                Stores.get(stream.append(Payloads.batch(0, from, LARGEST)).durable());
                kept.add(Stores.get(stream.fetch(from, from + 1, 1, FetchOptions.NO_WAIT)));
            }
        } catch (StoreBusyException full) {
            kept.forEach(FetchResult::close);
            Stores.close(store);
            throw full;
        }
        Stores.close(store);
        assertThat(parts.outstandingBytes()).isPositive().isLessThanOrEqualTo(cache / 4);
        return kept;
    }

    @Test
    void cancelledFetchPinsNothing() {
        WatchedParts parts = new WatchedParts();
        StreamStore store = Stores.open(Stores.in(dir), parts);
        Stream stream = Stores.own(store, "a");
        for (int i = 0; i < 50; i++) {
            var poll = stream.fetch(
                    stream.nextOffset(), Long.MAX_VALUE, 1000, FetchOptions.longPoll(Duration.ofMinutes(1)));
            var timedOut = stream.fetch(
                            stream.nextOffset(), Long.MAX_VALUE, 1000, FetchOptions.longPoll(Duration.ofMinutes(1)))
                    .orTimeout(1, TimeUnit.NANOSECONDS);
            poll.cancel(false);
            Stores.get(timedOut.handle((result, error) -> null));
            Stores.get(stream.append(Payloads.batch(0, stream.nextOffset(), LARGEST))
                    .durable());
        }
        Stores.verify(stream, 0, LARGEST);
        Stores.close(store);
        parts.assertNothingIsLeft();
    }

    private static Kept keep(Stream stream, long from) {
        FetchResult result = Stores.get(stream.fetch(from, Long.MAX_VALUE, 30_000, FetchOptions.NO_WAIT));
        List<ByteBuffer> copies = new ArrayList<>();
        for (FetchedBatch batch : result.batches()) {
            Payloads.verify(batch, 0, LARGEST);
            copies.add(ByteBuffer.allocate(batch.payload().remaining())
                    .put(batch.payload().duplicate())
                    .flip());
        }
        return new Kept(result, copies);
    }

    private static void assertUnchanged(List<Kept> kept) {
        for (Kept each : kept) {
            assertThat(each.result().batches().stream()
                            .map(FetchedBatch::payload)
                            .toList())
                    .isEqualTo(each.copies());
        }
    }
}
