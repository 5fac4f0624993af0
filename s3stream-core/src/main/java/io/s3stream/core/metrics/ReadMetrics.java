package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Metrics of fetches and of their requests to object storage. */
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

    private record Gets(Counter coalesced, Counter joined, Counter hedged, Counter retried) {

        static Gets of(MetricDescription metric, Instruments instruments) {
            return new Gets(
                    instruments.counter(metric.with("kind", "coalesced")),
                    instruments.counter(metric.with("kind", "joined")),
                    instruments.counter(metric.with("kind", "hedged")),
                    instruments.counter(metric.with("kind", "retried")));
        }
    }

    ReadMetrics(Instruments instruments, LongSupplier clock) {
        this.instruments = instruments;
        this.clock = clock;
        MetricDescription fetches = MetricDescription.of("s3stream.fetch.requests", COUNT, "Reads answered");
        this.tailFetches = instruments.counter(fetches.with("source", "tail"));
        this.catchUpFetches = instruments.counter(fetches.with("source", "catchup"));
        MetricDescription bytes = MetricDescription.of("s3stream.fetch.bytes", BYTES, "Payload that reads returned");
        this.tailBytes = instruments.counter(bytes.with("source", "tail"));
        this.catchUpBytes = instruments.counter(bytes.with("source", "catchup"));
        this.catchUpLatency = instruments.histogram(
                "s3stream.fetch.catchup.latency",
                NANOSECONDS,
                "Time to answer a read from the block cache or object storage");
        this.blocks =
                Lookups.of(MetricDescription.of("s3stream.blockcache.lookups", COUNT, "Blocks looked up"), instruments);
        this.indexes = Lookups.of(
                MetricDescription.of("s3stream.indexcache.lookups", COUNT, "Object indexes looked up"), instruments);
        this.readAhead = ReadAhead.of(
                MetricDescription.of("s3stream.readahead.bytes", BYTES, "Blocks fetched ahead of their readers"),
                instruments);
        this.gets = Gets.of(
                MetricDescription.of("s3stream.read.gets", COUNT, "GETs coalesced, joined, hedged or retried"),
                instruments);
        instruments.gauge("s3stream.fetch.waiting", COUNT, "Long polls that wait for data", waiting::sum);
        instruments.gauge("s3stream.read.inflight", BYTES, "Bytes of GETs in flight", inFlight::sum);
    }

    /** Registers gauges of the block cache. */
    public void watchBlockCache(LongSupplier used, long limit) {
        instruments.gauge("s3stream.blockcache.used", BYTES, "Blocks in the block cache", used);
        instruments.gauge(
                "s3stream.blockcache.limit",
                BYTES,
                "Limit of the block cache; blocks are evicted above it",
                () -> limit);
    }

    /** Registers the gauge of read-ahead. */
    public void watchReadAhead(LongSupplier used) {
        instruments.gauge("s3stream.readahead.used", BYTES, "Read-ahead in flight or not read yet", used);
    }

    /** Returns the current time for {@link #catchUpFetched}. */
    public long now() {
        return clock.getAsLong();
    }

    /** Records that a read was answered from the write cache. */
    public void tailFetched(long payloadBytes) {
        tailFetches.add(1);
        tailBytes.add(payloadBytes);
    }

    /**
     * Records that a read was answered from blocks.
     *
     * @param begun when the read began
     */
    public void catchUpFetched(long begun, long payloadBytes) {
        catchUpFetches.add(1);
        catchUpBytes.add(payloadBytes);
        catchUpLatency.record(clock.getAsLong() - begun);
    }

    /** Records that a fetch waits for data. {@link #pollEnded} follows in every case. */
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

    /** Records a read-ahead of blocks. Each byte is reported as used or wasted later. */
    public void readAheadIssued(long bytes) {
        readAhead.issued().add(bytes);
    }

    /** Records that a reader requested blocks of a read-ahead. */
    public void readAheadUsed(long bytes) {
        readAhead.used().add(bytes);
    }

    /** Records that blocks of a read-ahead were dropped unread. */
    public void readAheadWasted(long bytes) {
        readAhead.wasted().add(bytes);
    }

    /** Records the GETs saved by joining neighbours, or by sharing a GET in flight. */
    public void coalesced(long savedGets) {
        gets.coalesced().add(savedGets);
    }

    /** Records the GETs saved because one GET reads for several streams. */
    public void joined(long savedGets) {
        gets.joined().add(savedGets);
    }

    /** Records that a slow GET was sent a second time. */
    public void hedged() {
        gets.hedged().add(1);
    }

    /** Records that a failed GET is retried. */
    public void retried() {
        gets.retried().add(1);
    }

    /** Records the start of a GET. {@link #arrived} follows with the same number of bytes, even if the GET fails. */
    public void requested(long bytes) {
        inFlight.add(bytes);
    }

    public void arrived(long bytes) {
        inFlight.add(-bytes);
    }
}
