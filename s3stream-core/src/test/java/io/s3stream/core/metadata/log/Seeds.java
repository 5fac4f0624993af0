package io.s3stream.core.metadata.log;

import java.util.stream.LongStream;

/** Seeds of a random test: {@code -Dseed=…} runs just that one. */
public final class Seeds {

    private Seeds() {}

    static long[] first(int count) {
        Long chosen = Long.getLong("seed");
        return chosen != null ? new long[] {chosen} : LongStream.range(0, count).toArray();
    }

    public interface Trial {
        void run(long seed);
    }

    public static void forEach(int count, Trial trial) {
        for (long seed : first(count)) {
            try {
                trial.run(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("failed; run again with -Dseed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }
}
