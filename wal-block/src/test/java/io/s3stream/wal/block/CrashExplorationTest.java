package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.wal.block.ring.TailJudge;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Crashes a generation at every frame and recovers it. Each run leaves another subset of the writes in flight on the
 * medium, whole or torn between sectors of 512 bytes. A recovery must return every frame up to the first incomplete
 * one, with equal bytes, and end there without an error: a torn tail is not damage (L9, R7). The writes were recorded
 * from the real writer. The acknowledgements in each frame's header show which writes were durable at which time.
 */
class CrashExplorationTest {

    private static final int COUNT = 24;

    private static final TailJudge JUDGE = new TailJudge();

    @Test
    void everyCrashOfWrappedGenerationIsRecovered() {
        History history = new History(new byte[0], 1, COUNT, new Random(11), History::randomPayload);
        assertThat(history.frames.last().endPosition()).isGreaterThan(2 * history.descriptor.capacityBytes());
        exploreAllCrashes(history, new Random(12));
    }

    @Test
    void everyCrashOfSecondGenerationOverCrashedFirstIsRecovered() {
        Random random = new Random(21);
        History first = new History(new byte[0], 1, COUNT, random, History::randomPayload);
        byte[] crashed = baseOf(first, COUNT - 1);
        for (History.Issue issue : inFlight(first, COUNT - 1)) {
            issue.write().apply(crashed, mask(issue.write().sectors(), 4, random));
        }
        History second = new History(crashed, 2, COUNT, random, History::randomPayload);
        exploreAllCrashes(second, random);
    }

    @Test
    void payloadsThatCopyFramesAreNotMistakenForFrames() {
        History history = new History(new byte[0], 1, COUNT, new Random(31), History::framesAsPayload);
        exploreAllCrashes(history, new Random(32));
    }

    @Test
    void crashDuringPreparationLeavesPreviousGeneration() {
        Random random = new Random(41);
        History first = new History(new byte[0], 1, 10, random, History::randomPayload);
        History second = new History(first.after, 2, 1, random, History::randomPayload);
        assertThat(second.preparation).hasSize(2); // the holder's note and the opening record
        long acked = first.issues.get(9).frame().sequence();
        for (int variants = 0; variants < 25 * 8; variants++) {
            byte[] image = first.after.clone();
            for (int i = 0; i < 2; i++) {
                int variant = i == 0 ? variants % 5 : variants / 5 % 5;
                MemoryMedium.Write write = second.preparation.get(i);
                write.apply(image, mask(write.sectors(), variant, random));
            }
            WalAnchor anchor = first.issues.get(9).trimmed();
            first.verify(first.recover(image, anchor, JUDGE), anchor, acked);
        }
    }

    @Test
    void crashDuringFormatLeavesMediumUnreachableOrWhole() {
        History history = new History(new byte[0], 1, 0, new Random(51), History::randomPayload);
        assertThat(history.preparation).hasSize(3); // the superblock, the holder's note, the opening record
        for (int applied = 0; applied < 3; applied++) {
            byte[] image = new byte[128 << 10];
            history.preparation.subList(0, applied).forEach(write -> write.apply(image));
            WalAnchor anchor = history.frames.start();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> history.recover(image, anchor, JUDGE)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("unreachable");
            History again = new History(image, 2, 10, new Random(52), History::randomPayload);
            again.verify(
                    again.recover(again.after, again.issues.get(9).trimmed(), JUDGE),
                    again.issues.get(9).trimmed(),
                    209);
        }
    }

    private static void exploreAllCrashes(History history, Random random) {
        for (int last = 0; last < history.issues.size(); last++) {
            byte[] base = baseOf(history, last);
            List<History.Issue> inFlight = inFlight(history, last);
            int combinations = (int) Math.pow(5, inFlight.size());
            for (int combination = 0; combination < combinations; combination++) {
                explore(history, base, last, inFlight, combination, random);
            }
        }
    }

    private static void explore(
            History history, byte[] base, int last, List<History.Issue> inFlight, int combination, Random random) {
        byte[] image = base.clone();
        long whole = history.issues.get(last).frame().ackedThrough();
        boolean gap = false;
        int rest = combination;
        for (History.Issue issue : inFlight) {
            issue.write().apply(image, mask(issue.write().sectors(), rest % 5, random));
            gap |= rest % 5 != 1;
            whole += gap ? 0 : 1;
            rest /= 5;
        }
        WalAnchor anchor = history.issues.get(last).trimmed();
        try {
            int count = history.verify(history.recover(image, anchor, JUDGE), anchor, whole);
            assertThat(anchor.sequence() + count)
                    .isLessThanOrEqualTo(history.frames.start().sequence() + last + 1);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("crash after frame " + last + ", combination " + combination, e);
        }
    }

    /** The sectors that a crash leaves: none, all, a prefix, all but a prefix, any. */
    private static boolean[] mask(int sectors, int variant, Random random) {
        boolean[] mask = new boolean[sectors];
        int cut = sectors == 1 ? 0 : 1 + random.nextInt(sectors - 1);
        switch (variant) {
            case 0 -> {}
            case 1 -> Arrays.fill(mask, true);
            case 2 -> Arrays.fill(mask, 0, cut, true);
            case 3 -> Arrays.fill(mask, cut, sectors, true);
            default -> {
                for (int i = 0; i < sectors; i++) {
                    mask[i] = random.nextBoolean();
                }
            }
        }
        return mask;
    }

    /** The frames that may not be durable when {@code last} has just been issued. */
    private static List<History.Issue> inFlight(History history, int last) {
        long acked = history.issues.get(last).frame().ackedThrough();
        return history.issues.subList(0, last + 1).stream()
                .filter(issue -> issue.frame().sequence() > acked)
                .toList();
    }

    /** The medium with all writes that are certainly durable when {@code last} has just been issued. */
    private static byte[] baseOf(History history, int last) {
        byte[] image = history.prepared.clone();
        long acked = history.issues.get(last).frame().ackedThrough();
        for (History.Issue issue : history.issues) {
            if (issue.frame().sequence() <= acked) {
                issue.write().apply(image);
            }
        }
        return image;
    }
}
