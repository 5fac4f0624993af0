package io.s3stream.simulation.cluster;

import io.s3stream.api.StreamStore;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A process that is one node until another process replaces it. Owner of its store, of its open streams, and of its
 * connection to the bucket.
 */
final class ClusterProcess {

    private final SimNode sim;
    private final int nodeId;
    private final int number;
    private final Map<Long, OpenStream> owned = new TreeMap<>();
    private final Map<Long, OpenStream> held = new TreeMap<>();
    private final Map<Long, OpenStream> newest = new TreeMap<>();
    private final Set<Runnable> openings = new LinkedHashSet<>();
    private final List<OpenStream> readers = new ArrayList<>();
    private StorageFaults faults;
    private final List<Runnable> onEnd = new ArrayList<>();
    private boolean isClosing;
    private int takeOvers;
    private @Nullable Parts parts;
    private @Nullable StreamStore store;

    /** The parts that it runs on. */
    record Parts(SimEngine engine, SimObjectStorage storage, Reach reach, CompletableFuture<StreamStore> opening) {}

    /** @param number which process of the node */
    ClusterProcess(SimNode sim, int nodeId, int number, StorageFaults faults) {
        this.sim = sim;
        this.nodeId = nodeId;
        this.number = number;
        this.faults = faults;
    }

    void begin(Parts begun) {
        parts = begun;
    }

    Parts parts() {
        if (parts == null) {
            throw new IllegalStateException("process " + sim.name() + " has not begun");
        }
        return parts;
    }

    SimNode sim() {
        return sim;
    }

    int nodeId() {
        return nodeId;
    }

    int number() {
        return number;
    }

    StorageFaults faults() {
        return faults;
    }

    void faults(StorageFaults now) {
        faults = now;
    }

    void opened(StreamStore opened) {
        store = opened;
    }

    /** The process begins a take-over, as far as its caller knows. */
    void beginsTakeOver() {
        takeOvers++;
    }

    /** The store has answered a take-over. */
    void endsTakeOver() {
        takeOvers--;
    }

    boolean mayTakeOver() {
        return takeOvers > 0;
    }

    void closing() {
        isClosing = true;
    }

    /** The store, if it is open and the process runs. */
    @Nullable
    StreamStore usable() {
        return sim.isAlive() && !sim.isPaused() && !isClosing ? store : null;
    }

    boolean isOpen() {
        return store != null;
    }

    Map<Long, OpenStream> owned() {
        return owned;
    }

    /** Adds a stream that it owns. */
    void owns(OpenStream open) {
        owned.put(open.id(), open);
        held.put(open.id(), open);
        newest.put(open.id(), open);
    }

    /** The newest handle of a stream, closed or not, or null. */
    @Nullable
    OpenStream newest(long id) {
        return newest.get(id);
    }

    /** All streams that the store closes when it is closed, even if no client can use them. */
    List<OpenStream> held() {
        return List.copyOf(held.values());
    }

    /** The handle of a stream that its store has open, or null. */
    @Nullable
    OpenStream held(long id) {
        return held.get(id);
    }

    /**
     * A stream is being opened.
     *
     * @param storeCloses runs when the store begins to close: it closes that stream, too
     */
    void opening(Runnable storeCloses) {
        openings.add(storeCloses);
    }

    void openingIsOver(Runnable storeCloses) {
        openings.remove(storeCloses);
    }

    List<Runnable> openings() {
        return List.copyOf(openings);
    }

    /** A client closes or deletes the stream. */
    void letGo(OpenStream open) {
        held.remove(open.id(), open);
    }

    List<OpenStream> readers() {
        return readers;
    }

    /** Runs {@code task} when no request of the process can take effect any longer. */
    void onEnd(Runnable task) {
        onEnd.add(task);
    }

    void end() {
        onEnd.forEach(Runnable::run);
    }

    void forget(OpenStream open) {
        if (open.isOwner()) {
            owned.remove(open.id(), open);
        } else {
            readers.remove(open);
        }
    }

    /** Memory that is held, in bytes. */
    long bytesHeld() {
        return parts().engine().slabBytesOut() + parts().storage().contentBytesHeld();
    }
}
