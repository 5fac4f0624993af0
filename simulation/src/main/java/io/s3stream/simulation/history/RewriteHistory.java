package io.s3stream.simulation.history;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The rewritings of one stream. A batch shows its payload as it was appended, or as one of the requested rewritings makes
 * it. A batch that an acknowledged rewriting has passed never shows an older form to a later read. Owner of the list.
 */
public final class RewriteHistory {

    private final long streamId;
    private final List<Rewriting> requested = new ArrayList<>();
    private boolean hasOtherReaders;

    RewriteHistory(long streamId) {
        this.streamId = streamId;
    }

    /** A request to pass the batches within {@code [from, to)} through the filter of a version. */
    public static final class Rewriting {
        private final long from;
        private final long to;
        private final int version;
        private boolean isAnswered;
        private long doneFrom;
        private long doneTo; // equal to doneFrom unless it was acknowledged

        Rewriting(long from, long to, int version) {
            this.from = from;
            this.to = to;
            this.version = version;
        }

        private boolean mayHavePassed(long base, long end) {
            return base >= from && end <= to;
        }

        private boolean hasPassed(long base, long end) {
            return mayHavePassed(base, end) && base >= doneFrom && end <= doneTo;
        }
    }

    /** The acknowledged rewritings at some time. */
    public record Snapshot(List<Rewriting> done) {

        public static final Snapshot NONE = new Snapshot(List.of());

        int levelOf(long base, long end, byte[] payload) {
            int level = 0;
            for (Rewriting each : done) {
                level = Math.max(level, each.hasPassed(base, end) ? ClientFilter.level(payload[0], each.version) : 0);
            }
            return level;
        }
    }

    public Rewriting requested(long from, long to, int version) {
        Rewriting rewriting = new Rewriting(from, to, version);
        requested.add(rewriting);
        return rewriting;
    }

    /** Other nodes read the stream, too. They may have read ahead before a rewriting. */
    public void hasOtherReaders() {
        hasOtherReaders = true;
    }

    /** The call was answered: the batches between these offsets have passed the filter. */
    public void acknowledged(Rewriting rewriting, long start, long end) {
        rewriting.isAnswered = true;
        rewriting.doneFrom = start;
        rewriting.doneTo = end;
    }

    /** The call failed. It may have rewritten some batches. */
    public void failed(Rewriting rewriting) {
        rewriting.isAnswered = true;
    }

    public Snapshot done() {
        return new Snapshot(
                requested.stream().filter(each -> each.doneTo > each.doneFrom).toList());
    }

    /** Returns a number that is the same as before if no payload can have changed since; negative if one may change now. */
    int stableSince() {
        boolean isStable =
                requested.isEmpty() || (!hasOtherReaders && requested.stream().allMatch(each -> each.isAnswered));
        return isStable ? requested.size() : -1;
    }

    /** Whether a batch that was appended with this payload may be read as {@code found}. */
    boolean explains(long base, long end, byte[] payload, ByteBuffer found) {
        int level = ClientFilter.levelOf(payload, found);
        if (level <= 0) {
            return level == 0;
        }
        return requested.stream()
                .anyMatch(
                        each -> each.mayHavePassed(base, end) && ClientFilter.level(payload[0], each.version) == level);
    }

    /** Requires that a read which began at {@code since} has not shown an older form. */
    void require(Snapshot since, long base, long end, byte[] payload, ByteBuffer found) {
        int least = since.levelOf(base, end, payload);
        if (ClientFilter.levelOf(payload, found) < least && (least == 2 || payload.length > 1)) {
            throw new HistoryViolation("stream=" + streamId + " offset=" + base + ": has " + found.remaining()
                    + " bytes, although a rewriting was acknowledged that "
                    + (least == 2 ? "drops it" : "shortens it to 1"));
        }
    }
}
