package io.s3stream.simulation;

import io.s3stream.api.FetchResult;
import io.s3stream.api.StreamReader;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Readers that fetch through the streams sequentially, each at its own speed, and others that jump. They may be at the
 * tail, far behind, overtaken by a trim, or start again. Owner of their positions.
 */
final class SimReaders {

    private static final int READERS = 3;

    private final Map<Key, Long> positions = new HashMap<>();

    private record Key(long streamId, int reader) {}

    /** A fetch of one reader. */
    final class Turn {

        private final Key key;
        private final long from;
        private final int maxBytes;

        private Turn(Key key, long from, int maxBytes) {
            this.key = key;
            this.from = from;
            this.maxBytes = maxBytes;
        }

        long from() {
            return from;
        }

        int maxBytes() {
            return maxBytes;
        }

        /** Moves the reader to the end of this fetch, or to the beginning after an empty result. */
        void answered(FetchResult result) {
            positions.put(key, result.batches().isEmpty() ? 0 : result.nextOffset());
        }
    }

    /** Chooses the reader of the stream, which has {@code [start, end]}. */
    Turn next(StreamReader stream, long start, long end, RandomGenerator random) {
        int reader = random.nextInt(READERS + 1);
        Key key = new Key(stream.id(), reader);
        if (reader == READERS) { // this reader jumps
            return new Turn(
                    key, end <= start ? start : start + random.nextLong(end - start + 1), 1 + random.nextInt(30_000));
        }
        long position = positions.getOrDefault(key, start);
        int speed = 2_000 << (2 * reader);
        return new Turn(key, position < start || position > end ? start : position, 1 + random.nextInt(speed));
    }
}
