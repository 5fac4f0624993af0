package io.s3stream.simulation.linger;

import static io.s3stream.simulation.linger.LoadedNode.MS;
import static io.s3stream.simulation.linger.LoadedNode.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.simulation.linger.LoadedNode.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The latency and the requests of a store whose WAL is on object storage, in virtual time. Everything is real but the
 * clock and the storage. A failure repeats, because each history has a fixed seed.
 */
class LingerTargetsTest {

    private static final int RECORD = 4 << 10;
    private static final double MB = 1e6;
    private static final double DOLLARS_PER_PUT = 0.005 / 1000;

    private static Report openLoop(String wal, long mbPerSecond, long putMs) {
        return new LoadedNode(1, wal, putMs * MS)
                .openLoop(mbPerSecond * MB, RECORD)
                .run(2 * SECOND, 6 * SECOND);
    }

    private static Report saturated(String wal, long putMs) {
        return new LoadedNode(1, wal, putMs * MS).client(3000, 4, RECORD, MS).run(SECOND, 2 * SECOND);
    }

    private static Report kafkaClient(String wal, long putMs) {
        return new LoadedNode(1, wal, putMs * MS).client(5, 4, 64 << 10, MS).run(2 * SECOND, 6 * SECOND);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 20", "5, 20", "20, 20", "50, 20", "1, 50", "5, 50", "20, 50", "50, 50", "1, 100", "5, 100", "20, 100",
        "50, 100"
    })
    void linger100IsTheMostThatAnAppendWaits(long mbPerSecond, long putMs) {
        Report report = openLoop("store:/?linger=100ms", mbPerSecond, putMs);
        assertThat(report.p50()).as("%s", report).isLessThanOrEqualTo(75 + putMs);
        assertThat(report.p99()).as("%s", report).isLessThanOrEqualTo(100 + 1.2 * putMs);
        assertThat(report.putsPerSecond()).as("%s", report).isLessThanOrEqualTo(10.5);
    }

    @ParameterizedTest
    @CsvSource({"1, 20", "20, 20", "50, 20", "1, 50", "20, 50", "50, 50", "1, 100", "20, 100", "50, 100"})
    void defaultKeepsToTheSameTimesAndRequests(long mbPerSecond, long putMs) {
        Report report = openLoop("store:/", mbPerSecond, putMs);
        assertThat(report.p50()).as("%s", report).isLessThanOrEqualTo(75 + putMs);
        assertThat(report.p99()).as("%s", report).isLessThanOrEqualTo(100 + 1.2 * putMs);
        assertThat(report.putsPerSecond()).as("%s", report).isLessThanOrEqualTo(11.5);
    }

    @ParameterizedTest
    @CsvSource({"1, 20", "5, 20", "20, 20", "50, 20", "20, 50", "20, 100", "50, 100"})
    void shortLingerKeepsP99NearThePut(long mbPerSecond, long putMs) {
        Report report = openLoop("store:/?linger=2ms", mbPerSecond, putMs);
        assertThat(report.p99()).as("%s", report).isLessThanOrEqualTo(1.5 * putMs);
    }

    @ParameterizedTest
    @CsvSource({"store:/?linger=250ms, 20", "store:/?linger=2ms..250ms, 20", "store:/?linger=250ms, 100"})
    void requestsOfAGibibyteCostAtMost7HundredthsOfACent(String wal, long putMs) {
        Report report = openLoop(wal, 50, putMs);
        assertThat(report.putsPerGib() * DOLLARS_PER_PUT).as("%s", report).isLessThanOrEqualTo(0.0007);
        assertThat(report.p99()).as("%s", report).isLessThanOrEqualTo(250 + 1.2 * putMs);
    }

    @ParameterizedTest
    @CsvSource({"store:/?linger=100ms, 20", "store:/?linger=100ms, 100", "store:/, 20", "store:/, 100"})
    void saturatedNodeMakesFullFrames(String wal, long putMs) {
        assertThat(saturated(wal, putMs).putsPerGib()).isLessThanOrEqualTo(128);
    }

    @ParameterizedTest
    @CsvSource({"20", "50", "100"})
    void loneClientGetsLatencyOfAPut(long putMs) {
        Report report = kafkaClient("store:/", putMs);
        assertThat(report.p50()).as("%s", report).isLessThanOrEqualTo(1.2 * putMs);
        assertThat(report.p99()).as("%s", report).isLessThanOrEqualTo(1.5 * putMs);
        assertThat(report.putsPerSecond()).as("%s", report).isLessThanOrEqualTo(11 + report.mibPerSecond());
    }

    @Test
    void fixedLingerMakesLoneClientWait() {
        assertThat(kafkaClient("store:/?linger=100ms", 20).p50()).isGreaterThan(60);
    }
}
