package io.s3stream.wal.s3.fence;

import java.util.UUID;

/**
 * Decides whether a store may use a prefix that is marked (R40). Not final, so that a test can leave the rule out and show what is
 * lost. Stateless.
 */
public class StoreJudge {

    /** @param owner the store that the prefix is marked with */
    public boolean mayUse(UUID owner, UUID store) {
        return owner.equals(store);
    }
}
