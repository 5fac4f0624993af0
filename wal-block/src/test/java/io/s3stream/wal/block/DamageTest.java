package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.block.ring.TailJudge;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A damaged frame that is known to have been acknowledged is an error. Any other damaged frame is the end (R7). */
class DamageTest {

    private static final int COUNT = 30;
    private static final TailJudge JUDGE = new TailJudge();

    private History history = history(61);
    private WalAnchor anchor = history.issues.get(COUNT - 1).trimmed();
    private int damaged;
    private int ambiguous;

    private static History history(int seed) {
        return new History(new byte[0], 1, COUNT, new Random(seed), History::randomPayload);
    }

    @Test
    void anyFlippedByteOfAcknowledgedFrameIsReported() {
        for (int seed = 61; seed < 63; seed++) {
            history = history(seed);
            anchor = history.issues.get(COUNT - 1).trimmed();
            flipBytes();
        }
        assertThat(damaged).isGreaterThan(300);
        assertThat(ambiguous).isGreaterThan(100);
    }

    private void flipBytes() {
        for (History.Issue issue : history.issues) {
            Frames.Written frame = issue.frame();
            if (frame.sequence() <= anchor.sequence()) {
                continue;
            }
            boolean known = isKnownToBeAcknowledged(frame.sequence());
            for (int at = 0; at < 72 + frame.bodyBytes(); at += at < 124 ? 1 : 127) {
                byte[] image = history.after.clone();
                image[(int) issue.write().position() + at] ^= 0x10;
                if (known) {
                    damaged++;
                    assertThatThrownBy(() -> history.recover(image, anchor, JUDGE))
                            .isInstanceOf(CorruptedDataException.class)
                            .hasMessageContaining("/memory")
                            .hasMessageContaining("sequence=" + frame.sequence())
                            .hasMessageContaining("position=");
                } else {
                    ambiguous++;
                    int count = history.verify(history.recover(image, anchor, JUDGE), anchor, frame.sequence() - 1);
                    assertThat(anchor.sequence() + count).isEqualTo(frame.sequence() - 1);
                }
            }
        }
    }

    @Test
    void lostFrameBetweenAcknowledgedOnesIsReported() {
        for (History.Issue issue : history.issues) {
            long sequence = issue.frame().sequence();
            if (sequence > anchor.sequence() && isKnownToBeAcknowledged(sequence)) {
                byte[] image = history.after.clone();
                int at = (int) issue.write().position();
                System.arraycopy(history.prepared, at, image, at, issue.frame().frameBytes());
                assertThatThrownBy(() -> history.recover(image, anchor, JUDGE))
                        .isInstanceOf(CorruptedDataException.class);
            }
        }
    }

    @Test
    void replayFromReusedSpaceIsReported() {
        assertThatThrownBy(() -> history.recover(history.after.clone(), history.frames.start(), JUDGE))
                .isInstanceOf(CorruptedDataException.class);
    }

    @Test
    void mutantWithoutLookAheadLosesAcknowledgedFramesAndIsCaught() {
        TailJudge mutant = new TailJudge() {
            @Override
            public boolean isEvidence(FrameHeader header, long position, long bad, WalDescriptor descriptor) {
                return false;
            }
        };
        int seed = 61;
        while (!isKnownToBeAcknowledged(anchor.sequence() + 1)) {
            history = history(++seed);
            anchor = history.issues.get(COUNT - 1).trimmed();
        }
        History.Issue victim = history.issues.get(
                (int) (anchor.sequence() - history.frames.start().sequence()));
        byte[] image = history.after.clone();
        image[(int) victim.write().position() + 100] ^= 1;
        long acked = history.issues.get(COUNT - 1).frame().ackedThrough();
        assertThatThrownBy(() -> history.verify(history.recover(image, anchor, mutant), anchor, acked))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("was acknowledged");
    }

    /** Whether a later frame proves the acknowledgement. */
    private boolean isKnownToBeAcknowledged(long sequence) {
        return history.issues.stream()
                .map(History.Issue::frame)
                .anyMatch(later ->
                        later.ackedThrough() >= sequence || later.sequence() >= sequence + History.MAX_IN_FLIGHT);
    }
}
