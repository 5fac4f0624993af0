package io.s3stream.core.append;

import io.s3stream.core.append.claims.OpenSlab;
import io.s3stream.core.memory.Slab;
import io.s3stream.layout.RecordEncoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batches of several streams that become durable together or not at all. The appends of a frame that an abandoned WAL
 * returns are such a group too; it holds a reference on their slab.
 */
final class AppendGroup implements Enqueued {

    private final List<PendingAppend> appends;
    private final int encodedBytes;
    private @Nullable Slab held;
    private @Nullable OpenSlab<Enqueued> claimed;
    private int claimIndex;
    private int place;
    private @Nullable Throwable copyFailure;
    private boolean withdrawn;
    private long turn;
    private @Nullable Enqueued next;

    AppendGroup(List<PendingAppend> appends, int encodedBytes) {
        this(appends, encodedBytes, null);
    }

    /** @param held the slab that contains the records; the group gets the reference */
    AppendGroup(List<PendingAppend> appends, int encodedBytes, @Nullable Slab held) {
        this.appends = appends;
        this.encodedBytes = encodedBytes;
        this.held = held;
    }

    @Override
    public List<PendingAppend> appends() {
        return appends;
    }

    @Override
    public void addTo(List<PendingAppend> frame) {
        frame.addAll(appends);
    }

    @Override
    public int count() {
        return appends.size();
    }

    @Override
    public int encodedBytes() {
        return encodedBytes;
    }

    @Override
    public void stamp(long stamp) {
        appends.get(0).stamp(stamp);
    }

    /** Releases the slab of a returned frame: its records are elsewhere, or have failed. */
    void letGo() {
        Slab had = held;
        held = null;
        if (had != null) {
            had.release();
        }
    }

    @Override
    public void placed(OpenSlab<Enqueued> in, int index, int at) {
        claimed = in;
        claimIndex = index;
        place = at;
    }

    @Override
    public @Nullable OpenSlab<Enqueued> claimed() {
        return claimed;
    }

    @Override
    public void forgetClaim() {
        claimed = null;
    }

    @Override
    public int claimIndex() {
        return claimIndex;
    }

    @Override
    public int claimedPlace() {
        return place;
    }

    @Override
    public void copy(RecordEncoder encoder) {
        int at = place;
        for (PendingAppend append : appends) {
            append.placeAt(slab(), at);
            append.copy(encoder);
            at += append.encodedBytes();
        }
    }

    private Slab slab() {
        if (claimed == null) {
            throw new IllegalStateException("the group has no place");
        }
        return claimed.slab();
    }

    @Override
    public boolean isForeignMemory() {
        return appends.stream().anyMatch(PendingAppend::isForeignMemory);
    }

    @Override
    public boolean isCopied() {
        return copyFailure == null && !withdrawn;
    }

    @Override
    public void withdraw() {
        withdrawn = true;
    }

    @Override
    public boolean isWithdrawn() {
        return withdrawn;
    }

    @Override
    public @Nullable Throwable copyFailure() {
        return copyFailure;
    }

    @Override
    public void failCopy(Throwable why) {
        copyFailure = why;
    }

    @Override
    public void keepPayload() {
        appends.forEach(PendingAppend::keepPayload);
    }

    @Override
    public long turn() {
        return turn;
    }

    @Override
    public void waitFor(long closings) {
        turn = closings;
    }

    @Override
    @Nullable
    public Enqueued next() {
        return next;
    }

    @Override
    public void link(@Nullable Enqueued neighbour) {
        next = neighbour;
    }
}
