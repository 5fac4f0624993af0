package io.s3stream.core.append;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.append.claims.OpenSlab;
import io.s3stream.core.append.claims.SlabClaims;
import io.s3stream.core.append.rules.ClaimRule;
import io.s3stream.core.memory.PayloadFaults;
import io.s3stream.core.metrics.AppendMetrics;
import io.s3stream.layout.RecordEncoder;
import io.s3stream.spi.runtime.SerialContext;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The part of an append that runs on its caller's thread. The append claims a place in a slab, or a turn in the inbox if
 * there is no slab; then it is copied and the append context is woken. While that context waits for a busy WAL,
 * callers need not wake it: an answer will. Thread-safe.
 */
final class AppendIntake {

    private final SlabClaims<Enqueued> claims;
    private final AppendInbox inbox;
    private final ClaimRule rule;
    private final AppendMetrics metrics;
    private final SerialContext context;
    private final Runnable drain;
    private final PayloadFaults faults = new PayloadFaults();

    /**
     * No wake-up is needed: a drain task was handed over and has not started, or the context will run for another reason.
     * It will see everything enqueued until then.
     */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** @param drain takes all appends and begins with {@link #draining}; runs on the context */
    AppendIntake(
            SlabClaims<Enqueued> claims,
            AppendInbox inbox,
            ClaimRule rule,
            AppendMetrics metrics,
            SerialContext context,
            Runnable drain) {
        this.claims = claims;
        this.inbox = inbox;
        this.rule = rule;
        this.metrics = metrics;
        this.context = context;
        this.drain = drain;
    }

    /**
     * Gets the item a place or a turn. The caller holds the lock that orders offsets. If this throws, the item has neither.
     * After the caller has released the lock, it must call {@link #copy} and {@link #wake}.
     */
    void enter(Enqueued item) {
        if (isToBeWoken()) {
            item.stamp(metrics.stamp()); // the latency sample: appends that will wake the context
        }
        rule.onClaim();
        long turn = rule.takesClaims() ? claims.claim(item) : SlabClaims.FIRST_TURN;
        if (turn == SlabClaims.PLACED) {
            rule.onPlaced();
        } else {
            keepPayload(item); // first, because it may fail
            item.waitFor(turn);
            inbox.add(item);
        }
    }

    private void keepPayload(Enqueued item) {
        boolean isForeign = item.isForeignMemory();
        try {
            item.keepPayload();
            if (isForeign) {
                faults.surface();
            }
        } catch (RuntimeException | InternalError e) { // InternalError: a mapped file was truncated
            throw new InvalidRequestException(
                    "payload cannot be read: " + e
                            + "; it must stay readable until its append returns; the batch was not enqueued",
                    e);
        }
    }

    /**
     * Copies an item to its place, and publishes it. Does not throw: the item has its offsets. If its payload cannot be
     * read, the append context fails it.
     */
    void copy(Enqueued item) {
        OpenSlab<Enqueued> slab = item.claimed();
        if (slab == null) {
            return;
        }
        int index = item.claimIndex();
        if (rule.publishesFirst()) {
            slab.publish(index, item);
        }
        try {
            rule.onCopy();
            boolean isForeign = item.isForeignMemory();
            RecordEncoder encoder = slab.takeEncoder();
            item.copy(encoder);
            if (isForeign) {
                faults.surface();
            }
            slab.giveBack(encoder);
        } catch (Throwable e) {
            item.failCopy(e);
        }
        item.forgetClaim();
        slab.publish(index, item);
    }

    /** Withdraws an item without an offset: its place, if it has one, stays empty. The caller wakes the context. */
    void withdraw(Enqueued item) {
        OpenSlab<Enqueued> slab = item.claimed();
        if (slab != null) {
            item.withdraw();
            slab.publish(item.claimIndex(), item);
        }
    }

    /** Returns whether the next item wakes the context. */
    boolean isToBeWoken() {
        return !scheduled.get();
    }

    /** Wakes the context for enqueued and published items. If it throws, the next caller retries the wake-up. */
    void wake() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            try {
                context.execute(drain);
            } catch (Throwable e) {
                scheduled.set(false);
                throw e;
            }
        }
    }

    /** Records that a drain begins. Appends published from now on wake the context again. */
    void draining() {
        scheduled.set(false);
    }

    /** Records that the context will drain without a wake-up: frames are in flight, and an answer will come. */
    void pause() {
        scheduled.set(true);
    }
}
