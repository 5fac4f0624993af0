package io.s3stream.core.read.ahead;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Takes chunks from readers: chunks that were read, and unread chunks of idle readers and of readers that are dropped.
 * {@link ReadAhead} owns it, guards it by its lock, and performs its actions after it has released the lock.
 */
final class ChunkReclaimer {

    private final ReadAheadPolicy policy;
    private final AheadBudget budget;
    private final Cursors cursors;
    private final LongSupplier nanoTime;
    private long sweptAt;
    private long reclaimedAt;

    ChunkReclaimer(ReadAheadPolicy policy, AheadBudget budget, Cursors cursors, LongSupplier nanoTime) {
        this.policy = policy;
        this.budget = budget;
        this.cursors = cursors;
        this.nanoTime = nanoTime;
        this.sweptAt = nanoTime.getAsLong();
        this.reclaimedAt = sweptAt;
    }

    /** Makes room for bytes of a reader, if it can. */
    void makeRoom(Cursor cursor, long bytes, DeferredActions actions) {
        if (!budget.hasRoomFor(bytes)) {
            dropPassed(cursor, actions);
        }
        if (!budget.hasRoomFor(bytes)) {
            reclaim(actions);
        }
    }

    /** Reclaims unread chunks of idle readers, and buffers that are mostly read, at most once per interval: a full budget makes every fetch ask. */
    private void reclaim(DeferredActions actions) {
        long now = nanoTime.getAsLong();
        if (!ReadAheadPolicy.isSweepDue(now - reclaimedAt)) {
            return;
        }
        reclaimedAt = now;
        cursors.forEach(cursor -> {
            if (Cursors.isIdle(cursor, now)) {
                clear(cursor, actions);
            }
        });
        Set<JoinedRead> joined = Collections.newSetFromMap(new IdentityHashMap<>());
        cursors.forEach(cursor -> cursor.ahead.forEach(held -> {
            if (held.joined != null) {
                joined.add(held.joined);
            }
        }));
        joined.stream().filter(JoinedRead::isWorthMoving).forEach(read -> actions.toMove.addAll(read.beginMove()));
    }

    /** Drops forgotten readers, and what idle ones have passed, at most once per interval. */
    void sweep(DeferredActions actions) {
        long now = nanoTime.getAsLong();
        if (ReadAheadPolicy.isSweepDue(now - sweptAt)) {
            sweptAt = now;
            cursors.sweep(now, cursor -> forget(cursor, actions));
            cursors.forEach(cursor -> {
                if (Cursors.isIdle(cursor, now)) {
                    dropPassed(cursor, actions);
                }
            });
        }
    }

    /** A dropped cursor must not read on when its index arrives. */
    void forget(Cursor cursor, DeferredActions actions) {
        cursor.forgotten = true;
        clear(cursor, actions);
    }

    /** Takes all chunks from a reader. */
    void clear(Cursor cursor, DeferredActions actions) {
        while (!cursor.ahead.isEmpty()) {
            HeldChunk held = cursor.removeFirst();
            budget.release(held);
            actions.unused.add(held);
        }
        cursor.planned = cursor.position;
        dropPassed(cursor, actions);
    }

    /** Removes the first chunk, which the reader has read. Keeps it until the next fetch if the reader ended with it. */
    void passFirst(Cursor cursor, long next, DeferredActions actions) {
        HeldChunk held = cursor.removeFirst();
        cursor.window = policy.windowAfterChunk(cursor.window, held.chunk.bytes());
        if (held.isHere() && held.chunk.end() == next) {
            cursor.keepPassed(held);
        } else {
            drop(cursor, held, actions);
        }
    }

    void dropPassed(Cursor cursor, DeferredActions actions) {
        HeldChunk passed = cursor.removePassed();
        if (passed != null) {
            drop(cursor, passed, actions);
        }
    }

    private void drop(Cursor cursor, HeldChunk read, DeferredActions actions) {
        budget.release(read);
        boolean isExpected = cursors.isExpected(cursor, read.chunk, nanoTime.getAsLong());
        (isExpected ? actions.usedAndExpected : actions.used).add(read);
    }
}
