package io.s3stream.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DamagedReadsTest {

    private static final Fingerprint A = fingerprint(100, 1);
    private static final Fingerprint B = fingerprint(100, 2);
    private static final Fingerprint ELSEWHERE = fingerprint(200, 1);

    private static Fingerprint fingerprint(long position, int content) {
        return Fingerprint.of(position, ByteBuffer.wrap(new byte[] {(byte) content}));
    }

    @Test
    void damageOfFirstReadIsDoubtful() {
        assertThat(DamagedReads.NONE.isDoubtful(A)).isTrue();
    }

    @Test
    void secondReadWithSameDamageConfirmsIt() {
        assertThat(DamagedReads.NONE.with(A).isDoubtful(A)).isFalse();
    }

    @Test
    void otherBytesOrOtherPositionConfirmNothing() {
        assertThat(DamagedReads.NONE.with(A).isDoubtful(B)).isTrue();
        assertThat(DamagedReads.NONE.with(A).isDoubtful(ELSEWHERE)).isTrue();
    }

    @Test
    void onlyConsecutiveReadsAgree() {
        assertThat(DamagedReads.NONE.with(A).with(B).isDoubtful(A)).isTrue();
    }

    @Test
    void sixthReadEndsTheSearch() {
        DamagedReads reads = DamagedReads.NONE;
        for (int i = 1; i <= 5; i++) {
            Fingerprint damage = fingerprint(100, i);
            assertThat(reads.isDoubtful(damage)).as("read %d", i).isTrue();
            reads = reads.with(damage);
        }
        assertThat(reads.isDoubtful(fingerprint(100, 6))).isFalse();
    }

    @Test
    void readWithoutDamageIsNotDoubtful() {
        assertThat(DamagedReads.NONE.isDoubtful(Set.of())).isFalse();
        assertThat(DamagedReads.NONE.with(A).isDoubtful(Set.of())).isFalse();
    }

    @Test
    void fewerDamagedPartsThanBeforeAreCertain() {
        assertThat(DamagedReads.NONE.with(Set.of(A, ELSEWHERE)).isDoubtful(A)).isFalse();
        assertThat(DamagedReads.NONE.with(A).isDoubtful(Set.of(A, ELSEWHERE))).isTrue();
    }
}
