package io.s3stream.storage.s3;

import io.s3stream.spi.runtime.Permits;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Shares the connections of a client among the uses of the bucket. Uploads, catch-up reads, the parts of compaction,
 * and listings and deletions each have a number of connections; further requests wait. The remaining {@value #URGENT}
 * connections are for the WAL and the metadata, which never wait here. Thread-safe.
 */
final class RequestLanes {

    /** The connections of a client: the sum of all lanes. */
    static final int CONNECTIONS = 256;

    private static final int URGENT = 64;

    private enum Lane {
        READS(96),
        UPLOADS(48),
        PARTS(24),
        UPKEEP(24);

        final int connections;

        Lane(int connections) {
            this.connections = connections;
        }
    }

    /** The right to make one request; must be ended once. */
    interface Ticket {
        Ticket FREE = () -> {};

        void end();
    }

    private final Map<Lane, Permits> permits = new EnumMap<>(Lane.class);

    RequestLanes() {
        int sum = URGENT;
        for (Lane lane : Lane.values()) {
            permits.put(lane, new Permits(lane.connections));
            sum += lane.connections;
        }
        if (sum != CONNECTIONS) {
            throw new IllegalStateException("lanes have " + sum + " connections, the client " + CONNECTIONS);
        }
    }

    /** @return completes on the caller's thread, or on the thread that ends another request of the lane */
    CompletableFuture<Ticket> enter(Use use, String key) {
        Permits lane = lane(use, key);
        if (lane == null) {
            return CompletableFuture.completedFuture(Ticket.FREE);
        }
        return lane.acquire(1).thenApply(amount -> () -> lane.release(amount));
    }

    private @Nullable Permits lane(Use use, String key) {
        return switch (use) {
            case LIST, DELETE -> permits.get(Lane.UPKEEP);
            case PART -> permits.get(Lane.PARTS);
            case READ -> isUrgent(key) ? null : permits.get(Lane.READS);
            case WRITE -> isUrgent(key) ? null : permits.get(Lane.UPLOADS);
        };
    }

    private static boolean isUrgent(String key) {
        return key.startsWith("wal/") || key.startsWith("meta/");
    }
}
