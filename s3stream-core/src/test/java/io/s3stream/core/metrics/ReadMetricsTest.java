package io.s3stream.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.testkit.metrics.RecordedMetrics;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadMetricsTest {

    private final RecordedMetrics recorded = new RecordedMetrics();
    private final AtomicLong time = new AtomicLong();
    private final ReadMetrics metrics = new StoreMetrics(recorded, 0, time::get).read();

    @Test
    void fetchesAreCountedBySourceOfTheirData() {
        metrics.tailFetched(10);
        metrics.tailFetched(20);
        long begun = metrics.now();
        time.set(400);
        metrics.catchUpFetched(begun, 1000);
        assertThat(recorded.count("s3stream.fetch.requests", "source", "tail")).isEqualTo(2);
        assertThat(recorded.count("s3stream.fetch.bytes", "source", "tail")).isEqualTo(30);
        assertThat(recorded.count("s3stream.fetch.requests", "source", "catchup"))
                .isEqualTo(1);
        assertThat(recorded.count("s3stream.fetch.bytes", "source", "catchup")).isEqualTo(1000);
        assertThat(recorded.values("s3stream.fetch.catchup.latency")).containsExactly(400L);
    }

    @Test
    void pollsAndGetsAreCountedUntilTheyEnd() {
        metrics.pollBegun();
        metrics.pollBegun();
        metrics.pollEnded();
        metrics.requested(500);
        metrics.requested(300);
        metrics.arrived(500);
        assertThat(recorded.gauge("s3stream.fetch.waiting")).isEqualTo(1);
        assertThat(recorded.gauge("s3stream.read.inflight")).isEqualTo(300);
        metrics.pollEnded();
        metrics.arrived(300);
        assertThat(recorded.gauge("s3stream.fetch.waiting")).isZero();
        assertThat(recorded.gauge("s3stream.read.inflight")).isZero();
    }

    @Test
    void lookupsAreHitsOrMisses() {
        metrics.blockLookedUp(true);
        metrics.blockLookedUp(true);
        metrics.blockLookedUp(false);
        metrics.indexLookedUp(false);
        assertThat(recorded.count("s3stream.blockcache.lookups", "outcome", "hit"))
                .isEqualTo(2);
        assertThat(recorded.count("s3stream.blockcache.lookups", "outcome", "miss"))
                .isEqualTo(1);
        assertThat(recorded.count("s3stream.indexcache.lookups", "outcome", "hit"))
                .isZero();
        assertThat(recorded.count("s3stream.indexcache.lookups", "outcome", "miss"))
                .isEqualTo(1);
    }

    @Test
    void readAheadIsIssuedThenUsedOrWasted() {
        metrics.readAheadIssued(100);
        metrics.readAheadUsed(70);
        metrics.readAheadWasted(30);
        assertThat(recorded.count("s3stream.readahead.bytes", "outcome", "issued"))
                .isEqualTo(100);
        assertThat(recorded.count("s3stream.readahead.bytes", "outcome", "used"))
                .isEqualTo(70);
        assertThat(recorded.count("s3stream.readahead.bytes", "outcome", "wasted"))
                .isEqualTo(30);
    }

    @Test
    void savedHedgedAndRepeatedGetsAreCounted() {
        metrics.coalesced(3);
        metrics.joined(2);
        assertThat(recorded.count("s3stream.read.gets", "kind", "joined")).isEqualTo(2);
        metrics.hedged();
        metrics.retried();
        metrics.retried();
        assertThat(recorded.count("s3stream.read.gets", "kind", "coalesced")).isEqualTo(3);
        assertThat(recorded.count("s3stream.read.gets", "kind", "hedged")).isEqualTo(1);
        assertThat(recorded.count("s3stream.read.gets", "kind", "retried")).isEqualTo(2);
    }

    @Test
    void blockCacheIsMeasured() {
        AtomicLong used = new AtomicLong(5);
        metrics.watchBlockCache(used::get, 128);
        used.set(9);
        assertThat(recorded.gauge("s3stream.blockcache.used")).isEqualTo(9);
        assertThat(recorded.gauge("s3stream.blockcache.limit")).isEqualTo(128);
    }
}
