package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Fetches, and what they needed of object storage. */
public final class ReadMetrics {

    private final Instruments instruments;
    private final LongSupplier clock;
    private final Counter tailFetches;
    private final Counter tailBytes;
    private final Counter catchUpFetches;
    private final Counter catchUpBytes;
    private final Histogram catchUpLatency;
    private final Lookups blocks;
    private final Lookups indexes;
    private final ReadAhead readAhead;
    private final Gets gets;
    private final LongAdder waiting = new LongAdder();
    private final LongAdder inFlight = new LongAdder();

    private record Lookups(Counter hits, Counter misses) {

        static Lookups of(MetricDescription metric, Instruments instruments) {
            return new Lookups(
                    instruments.counter(metric.with("outcome", "hit")),
                    instruments.counter(metric.with("outcome", "miss")));
        }
    }

    private record ReadAhead(Counter issued, Counter used, Counter wasted) {

        static ReadAhead of(MetricDescription metric, Instruments instruments) {
            return new ReadAhead(
                    instruments.counter(metric.with("outcome", "issued")),
                    instruments.counter(metric.with("outcome", "used")),
                    instruments.counter(metric.with("outcome", "wasted")));
        }
    }

    private record Gets(Counter coalesced, Counter hedged, Counter retried) {

        static Gets of(MetricDescription metric, Instruments instruments) {
            return new Gets(
                    instruments.counter(metric.with("kind", "coalesced")),
                    instruments.counter(metric.with("kind", "hedged")),
                    instruments.counter(metric.with("kind", "retried")));
        }
    }

    ReadMetrics(Instruments instruments, LongSupplier clock) {
        this.instruments = instruments;
        this.clock = clock;
        MetricDescription fetches = MetricDescription.of("s3stream.fetch.requests", COUNT, "Reads that were answered");
        this.tailFetches = instruments.counter(fetches.with("source", "tail"));
        this.catchUpFetches = instruments.counter(fetches.with("source", "catchup"));
        MetricDescription bytes = MetricDescription.of("s3stream.fetch.bytes", BYTES, "Payload handed out");
        this.tailBytes = instruments.counter(bytes.with("source", "tail"));
        this.catchUpBytes = instruments.counter(bytes.with("source", "catchup"));
        this.catchUpLatency = instruments.histogram(
                "s3stream.fetch.catchup.latency", NANOSECONDS, "To answer a read from block cache or object storage");
        this.blocks =
                Lookups.of(MetricDescription.of("s3stream.blockcache.lookups", COUNT, "Blocks asked for"), instruments);
        this.indexes = Lookups.of(
                MetricDescription.of("s3stream.indexcache.lookups", COUNT, "Object indexes asked for"), instruments);
        this.readAhead = ReadAhead.of(
                MetricDescription.of("s3stream.readahead.bytes", BYTES, "Blocks fetched before they were asked for"),
                instruments);
        this.gets = Gets.of(
                MetricDescription.of("s3stream.read.gets", COUNT, "GETs saved, doubled or repeated"), instruments);
        instruments.gauge("s3stream.fetch.waiting", COUNT, "Long polls without enough data yet", waiting::sum);
        instruments.gauge("s3stream.read.inflight", BYTES, "Asked of object storage and not there yet", inFlight::sum);
    }

    /** Blocks that the cache keeps. */
    public void watchBlockCache(LongSupplier used, long limit) {
        instruments.gauge("s3stream.blockcache.used", BYTES, "Blocks it keeps", used);
        instruments.gauge("s3stream.blockcache.limit", BYTES, "Past this blocks are evicted", () -> limit);
    }

    /** What is ahead of readers. */
    public void watchReadAhead(LongSupplier used) {
        instruments.gauge("s3stream.readahead.used", BYTES, "Ahead of readers, on its way or waiting to be read", used);
    }

    /** The time, for {@link #catchUpFetched}. */
    public long now() {
        return clock.getAsLong();
    }

    /** A read was answered from the write cache. */
    public void tailFetched(long payloadBytes) {
        tailFetches.add(1);
        tailBytes.add(payloadBytes);
    }

    /**
     * A read was answered from blocks.
     *
     * @param begun when it began
     */
    public void catchUpFetched(long begun, long payloadBytes) {
        catchUpFetches.add(1);
        catchUpBytes.add(payloadBytes);
        catchUpLatency.record(clock.getAsLong() - begun);
    }

    /** A fetch waits for data; {@link #pollEnded} follows, whatever becomes of it. */
    public void pollBegun() {
        waiting.increment();
    }

    public void pollEnded() {
        waiting.decrement();
    }

    public void blockLookedUp(boolean isHit) {
        (isHit ? blocks.hits() : blocks.misses()).add(1);
    }

    public void indexLookedUp(boolean isHit) {
        (isHit ? indexes.hits() : indexes.misses()).add(1);
    }

    /** Blocks nobody asked for yet are being fetched: each byte is used or wasted later. */
    public void readAheadIssued(long bytes) {
        readAhead.issued().add(bytes);
    }

    /** Somebody asked for what had been read ahead. */
    public void readAheadUsed(long bytes) {
        readAhead.used().add(bytes);
    }

    /** What had been read ahead is gone and nobody had asked for it. */
    public void readAheadWasted(long bytes) {
        readAhead.wasted().add(bytes);
    }

    /** So many GETs were saved by reading neighbours together, or by joining one that was under way. */
    public void coalesced(long savedGets) {
        gets.coalesced().add(savedGets);
    }

    /** A GET that took long was sent once more. */
    public void hedged() {
        gets.hedged().add(1);
    }

    /** A GET that failed is repeated. */
    public void retried() {
        gets.retried().add(1);
    }

    /** A GET of so many bytes begins; {@link #arrived} follows with as many, also if it fails. */
    public void requested(long bytes) {
        inFlight.add(bytes);
    }

    public void arrived(long bytes) {
        inFlight.add(-bytes);
    }
}
