package io.s3stream.core.write;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Ends the old WAL and begins the next one during a switch [R9]. Not final, so that tests can break it on purpose. */
public class HandOver {

    /** Returns the end of the abandoned WAL. */
    public long sealedEnd(long ackedThrough) {
        return ackedThrough;
    }

    /**
     * Writes to the next WAL only after the commit.
     *
     * @param commit ends the old WAL and begins the next one in the metadata; completes on the append context
     * @param write continues on the next WAL; must run on the append context
     */
    public CompletableFuture<Void> run(Supplier<CompletableFuture<Void>> commit, Runnable write) {
        return commit.get().thenRun(write);
    }
}
