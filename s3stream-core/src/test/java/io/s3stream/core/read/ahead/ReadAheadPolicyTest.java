package io.s3stream.core.read.ahead;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.read.ahead.ReadAheadPolicy.Usage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests the decisions of read-ahead with plain numbers: no reader, no request. */
class ReadAheadPolicyTest {

    private static final int KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final Usage NOTHING = new Usage(0, 0);

    /** 64 MiB in flight, 32 MiB from the cache, at most 16 MiB for one reader. */
    private final ReadAheadPolicy policy = new ReadAheadPolicy(64 * MIB, 32 * MIB, 16 * MIB, 4 * MIB);

    private static Usage inFlight(long bytes) {
        return new Usage(bytes, bytes);
    }

    private static Usage arrived(long bytes) {
        return new Usage(0, bytes);
    }

    // ---- readers ----

    @Test
    void onlyLargeFirstFetchShowsSequentialReader() {
        assertThat(ReadAheadPolicy.isBulk(256 * KIB)).isTrue();
        assertThat(ReadAheadPolicy.isBulk(256 * KIB - 1)).isFalse();
    }

    @Test
    void sequentialReaderIsRememberedLongerThanRandomRead() {
        long pause = Duration.ofSeconds(30).toNanos();
        assertThat(ReadAheadPolicy.isForgotten(false, pause)).isTrue();
        assertThat(ReadAheadPolicy.isForgotten(true, pause)).isFalse();
        assertThat(ReadAheadPolicy.isForgotten(true, 3 * pause)).isTrue();
    }

    /** Its chunks may then be reclaimed, although it may still return. */
    @Test
    void readerIsIdleLongBeforeItIsForgotten() {
        long pause = Duration.ofSeconds(3).toNanos();
        assertThat(ReadAheadPolicy.isIdle(pause)).isTrue();
        assertThat(ReadAheadPolicy.isForgotten(true, pause)).isFalse();
        assertThat(ReadAheadPolicy.isForgotten(false, pause)).isFalse();
    }

    @Test
    void pausedSequentialReaderIsExpectedAgainAndRandomReadIsNot() {
        long pause = Duration.ofSeconds(3).toNanos();
        assertThat(ReadAheadPolicy.isExpectedAgain(true, pause)).isTrue();
        assertThat(ReadAheadPolicy.isExpectedAgain(false, pause)).isFalse();
    }

    // ---- windows ----

    @Test
    void smallFetchKeepsWindow() {
        assertThat(policy.windowForFetch(2 * MIB, 1, 1)).isEqualTo(2 * MIB);
    }

    @Test
    void largeFetchWidensWindowToEightFetches() {
        assertThat(policy.windowForFetch(2 * MIB, 384 * KIB, 1)).isEqualTo(3 * MIB);
    }

    @Test
    void veryLargeFetchLeavesRoomForOneWait() {
        long window = policy.windowForFetch(2 * MIB, 1 << 30, 1);
        assertThat(window).isEqualTo(4 * MIB);
        assertThat(policy.windowAfterWait(window)).isEqualTo(16 * MIB);
    }

    @Test
    void largeFetchWidensWindowUpToShareOfStream() {
        assertThat(policy.windowForFetch(0, 1 << 30, 64)).isEqualTo(MIB);
    }

    @Test
    void eachWaitGrowsWindowFourfoldUpToMaximum() {
        assertThat(policy.windowAfterWait(2 * MIB)).isEqualTo(8 * MIB);
        assertThat(policy.windowAfterWait(8 * MIB)).isEqualTo(16 * MIB);
    }

    @Test
    void windowHoldsTwoChunksLikeTheLast() {
        assertThat(policy.windowAfterChunk(2 * MIB, 3 * MIB)).isEqualTo(6 * MIB);
        assertThat(policy.windowAfterChunk(8 * MIB, 3 * MIB)).isEqualTo(8 * MIB);
        assertThat(policy.windowAfterChunk(2 * MIB, 12 * MIB)).isEqualTo(16 * MIB);
    }

    // ---- chunks ----

    @Test
    void chunksDoubleUpToLimit() {
        int blocks = 1;
        for (int i = 0; i < 16; i++) {
            assertThat(ReadAheadPolicy.nextChunkBlocks(blocks)).isEqualTo(2 * blocks);
            blocks = ReadAheadPolicy.nextChunkBlocks(blocks);
        }
        assertThat(ReadAheadPolicy.nextChunkBlocks(blocks)).isEqualTo(blocks);
    }

    @Test
    void fewStreamsReadManyChunksAndManyStreamsReadFew() {
        assertThat(policy.maxChunkBytes(1)).as("an eighth of the window").isEqualTo(2 * MIB);
        assertThat(policy.maxChunkBytes(8)).as("an eighth of the share").isEqualTo(MIB);
        assertThat(policy.maxChunkBytes(64)).as("half of the share").isEqualTo(MIB / 2);
    }

    @Test
    void noChunkIsLargerThanFourMebibytes() {
        ReadAheadPolicy large = new ReadAheadPolicy(1 << 30, 1 << 30, 1 << 30, 0);
        assertThat(large.maxChunkBytes(1)).isEqualTo(4 * MIB);
    }

    // ---- joined reads ----

    @Test
    void joinedReadIsBoundedByConfigurationBudgetAndGaps() {
        assertThat(policy.joins(4 * MIB, 0, 0)).isTrue();
        assertThat(policy.joins(4 * MIB + 1, 0, 0)).as("configured").isFalse();
        assertThat(new ReadAheadPolicy(12 * MIB, 0, MIB, 4 * MIB).joins(MIB + 1, 0, 0))
                .as("a twelfth of the budget")
                .isFalse();
        assertThat(policy.joins(2 * MIB, 64 * KIB, 64 * KIB)).isTrue();
        assertThat(policy.joins(2 * MIB, 64 * KIB + 1, 64 * KIB + 1))
                .as("one gap")
                .isFalse();
        assertThat(policy.joins(MIB, 64 * KIB, 1)).isTrue();
        assertThat(policy.joins(MIB, 64 * KIB + 1, 1)).as("all gaps").isFalse();
    }

    @Test
    void readsAreJoinedOnlyIfConfigured() {
        assertThat(policy.joins()).isTrue();
        assertThat(new ReadAheadPolicy(MIB, MIB, MIB, 0).joins()).isFalse();
    }

    @Test
    void joinedChunkHasThreeShares() {
        assertThat(ReadAheadPolicy.streamsForJoined(99)).isEqualTo(33);
        assertThat(ReadAheadPolicy.streamsForJoined(2)).isEqualTo(1);
    }

    // ---- shares of the budget ----

    /** Otherwise many small chunks would send an unlimited number of requests. */
    @Test
    void smallChunkIsChargedAsOneOf128Requests() {
        assertThat(policy.charge(1)).isEqualTo(MIB / 2);
        assertThat(policy.charge(MIB)).isEqualTo(MIB);
        assertThat(policy.charge(0)).as("in memory already").isZero();
    }

    @Test
    void streamWithNothingAheadIsAlwaysFair() {
        assertThat(policy.isFair(NOTHING, inFlight(96 * MIB), MIB, 2)).isTrue();
    }

    @Test
    void streamBeyondItsShareLeavesEighthToOthers() {
        Usage half = inFlight(32 * MIB);
        assertThat(policy.isFair(half, half, MIB, 2)).isTrue();
        assertThat(policy.isFair(half, inFlight(55 * MIB), MIB, 2)).isTrue();
        assertThat(policy.isFair(half, inFlight(56 * MIB), MIB, 2)).isFalse();
        assertThat(policy.isFair(inFlight(31 * MIB), inFlight(56 * MIB), MIB, 2))
                .as("within its share")
                .isTrue();
    }

    /** A late answer must not block the requests behind it. */
    @Test
    void arrivedChunksMayUseMemoryOfCache() {
        assertThat(policy.hasRoomFor(inFlight(64 * MIB), 1)).isFalse();
        assertThat(policy.hasRoomFor(arrived(64 * MIB), MIB)).isTrue();
        assertThat(policy.hasRoomFor(arrived(96 * MIB), 1)).isFalse();
    }

    @Test
    void cacheLendsOnlyBytesBeyondInFlightLimit() {
        assertThat(policy.loan(arrived(60 * MIB))).isZero();
        assertThat(policy.loan(new Usage(10 * MIB, 70 * MIB))).isEqualTo(6 * MIB);
    }
}
