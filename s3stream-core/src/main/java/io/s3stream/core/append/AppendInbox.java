package io.s3stream.core.append;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Items that callers have enqueued and that the append context has not taken yet: a stack linked through the items.
 * Adding allocates nothing, takes effect in one compare-and-set, and calls nothing after that. So an Error at any depth
 * of the caller's stack leaves the item either outside or inside [R37]. Any thread adds; the append context takes. An
 * item goes into one frame, so that a crash keeps or loses a group as a whole. Not final, so that a test can break it
 * on purpose.
 */
public class AppendInbox {

    private final AtomicReference<@Nullable Enqueued> newest = new AtomicReference<>();

    /**
     * Adds an item.
     *
     * @return whether the inbox was empty; if so, the caller must wake the append context
     */
    public boolean add(Enqueued item) {
        Enqueued before;
        do {
            before = newest.get();
            item.link(before);
        } while (!newest.compareAndSet(before, item));
        return before == null;
    }

    boolean isEmpty() {
        return newest.get() == null;
    }

    /** Takes all items, linked from the newest to the oldest. */
    @Nullable
    Enqueued takeAll() {
        return newest.get() == null ? null : newest.getAndSet(null);
    }
}
