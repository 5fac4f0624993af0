package io.s3stream.core.errors;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes several parts of a store. Stateless. */
public final class Shutdown {

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private Shutdown() {}

    /** Runs all of {@code parts} in order. A part that throws is logged, and the parts after it still run. */
    public static void runAll(List<Runnable> parts) {
        for (Runnable part : parts) {
            try {
                part.run();
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.warn("a part of the store failed to close; the other parts are closed", e);
            }
        }
    }
}
