package io.s3stream.wal.s3.fence;

import java.util.UUID;

/**
 * Decides whether a store may use a marked prefix (R40). Not final, so that a test can break the rule and show which
 * data is lost. Stateless.
 */
public class StoreJudge {

    /** @param owner the store in the prefix's mark */
    public boolean mayUse(UUID owner, UUID store) {
        return owner.equals(store);
    }
}
