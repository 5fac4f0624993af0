package io.s3stream.core.append;

import io.s3stream.api.AppendResult;
import io.s3stream.api.OffsetStamp;
import java.util.Comparator;
import java.util.List;

/**
 * Claims the streams of one {@code appendAll} while it takes their offsets. It claims any number of streams one after
 * the other, in the order of their ids, so two groups never wait for each other. The claim ends by one write of a
 * field. If an Error occurs before that write, no offset is taken. After the write, no stream stays claimed [R37].
 * Owned by the calling thread. A stream that meets an ended claim reads its outcome.
 */
@SuppressWarnings("ReferenceEquality") // identity is meant
final class GroupClaim {

    private final Thread thread = Thread.currentThread();
    private final StreamTail[] tails;
    private final long[] next;

    /** Whether code of the host was called. */
    private boolean stamped;

    /** Whether the group is enqueued. Written before {@link #over}. */
    private boolean enqueued;

    private volatile boolean over;

    GroupClaim(List<PendingAppend> appends) {
        this.tails = appends.stream()
                .map(PendingAppend::tail)
                .distinct()
                .sorted(Comparator.comparingLong(StreamTail::id))
                .toArray(StreamTail[]::new);
        this.next = new long[tails.length];
    }

    /**
     * Stamps the batches and enqueues them together. The caller then wakes the sequencer, and the streams by {@link
     * #settle}.
     *
     * @param parts with the stamp of each append: code of the host, called without any lock
     */
    List<AppendResult> enqueue(AppendGroup group, List<AppendGate.Part> parts, AppendSequencer to) {
        List<PendingAppend> appends = group.appends();
        try {
            for (int i = 0; i < tails.length; i++) {
                next[i] = tails[i].claim(this);
            }
            for (int i = 0; i < parts.size(); i++) {
                take(appends.get(i), parts.get(i).stamp());
            }
            if (stamped) {
                for (StreamTail tail : tails) {
                    tail.checkOpen(); // a stamp may have closed its stream
                }
            }
            List<AppendResult> results = List.copyOf(appends);
            to.enter(group);
            enqueued = true; // the code calls nothing between these three
            over = true;
            return results;
        } finally {
            over = true;
        }
    }

    private void take(PendingAppend append, OffsetStamp stamp) {
        int at = indexOf(append.tail());
        next[at] = append.takeOffset(next[at]);
        if (stamp != OffsetStamp.NONE) {
            stamped = true;
            append.stampOffset(stamp);
        }
    }

    /** Wakes the threads that wait for a stream. Optional: a stream settles its claim at its next use. */
    void settle() {
        for (StreamTail tail : tails) {
            tail.settleGroup();
        }
    }

    boolean isOver() {
        return over;
    }

    /** Returns whether the calling thread takes offsets by this claim: then a stamp of the group makes the call. */
    boolean isOfThisThread() {
        return !over && thread == Thread.currentThread();
    }

    /** Returns the next offset of a stream after the claim. */
    long nextOffset(StreamTail tail, long before) {
        return enqueued ? next[indexOf(tail)] : before;
    }

    private int indexOf(StreamTail tail) {
        int low = 0;
        int high = tails.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (tails[middle].id() < tail.id()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
