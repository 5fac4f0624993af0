package io.s3stream.core.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.compact.CoverageProof.Numbers;
import org.junit.jupiter.api.Test;

/** L5: the compactor never commits an output that does not cover its input. */
class CoverageProofTest {

    private static final Numbers NAMED = new Numbers(100, 200, 5_000, 77);

    private final CoverageProof proof = new CoverageProof();

    @Test
    void outputOfWholeRunMustBeComplete() {
        assertThat(covers(NAMED, 0)).isTrue();
        assertThat(covers(NAMED, 100)).isTrue();
        assertThat(covers(new Numbers(101, 200, 5_000, 77), 0)).isFalse();
        assertThat(covers(new Numbers(99, 200, 5_000, 77), 0)).isFalse();
        assertThat(covers(new Numbers(100, 199, 5_000, 77), 0)).isFalse();
        assertThat(covers(new Numbers(100, 201, 5_000, 77), 0)).isFalse();
        assertThat(covers(new Numbers(100, 200, 4_999, 77), 0)).isFalse();
        assertThat(covers(new Numbers(100, 200, 5_000, 76), 0)).isFalse();
    }

    @Test
    void outputOfTrimmedRunMayLackItsBeginning() {
        assertThat(covers(new Numbers(150, 200, 2_000, 3), 150)).isTrue();
        assertThat(covers(new Numbers(148, 200, 2_000, 3), 150)).isTrue();
        assertThat(covers(new Numbers(100, 200, 5_000, 77), 150)).isTrue();
        assertThat(covers(new Numbers(151, 200, 2_000, 3), 150)).isFalse();
        assertThat(covers(new Numbers(99, 200, 2_000, 3), 150)).isFalse();
        assertThat(covers(new Numbers(150, 199, 2_000, 3), 150)).isFalse();
        assertThat(covers(new Numbers(150, 200, 5_001, 3), 150)).isFalse();
        assertThat(covers(new Numbers(150, 200, 2_000, 78), 150)).isFalse();
    }

    @Test
    void outputWithHolesOrLostBatchesIsRejected() {
        assertThat(proof.covers(NAMED, NAMED, 0, 1, true)).isFalse();
        assertThat(proof.covers(NAMED, NAMED, 0, -1, true)).isFalse();
        assertThat(proof.covers(NAMED, NAMED, 0, 0, false)).isFalse();
    }

    private boolean covers(Numbers written, long keepFrom) {
        return proof.covers(NAMED, written, keepFrom, 0, true);
    }
}
