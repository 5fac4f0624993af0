package io.s3stream.testkit.wal.scenario;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.wal.WalFencing;
import java.net.URI;
import java.util.List;

/**
 * A kind of WAL as {@link WalScenario} sees it, with media that live in a {@link WalWorld} and outlive every opener. One
 * for each seed; called from the simulator's one thread.
 *
 * <p>An opener is a {@link SimNode}. The medium that simulates a device or a file system is the WAL's own and does its I/O
 * through {@link SimNode#ioExecutor} (operations then are held, dropped or done behind a paused or dead node's back by
 * the node itself; what a dead one had handed over is in {@link SimNode#pendingIo()}), or in its own way with {@link
 * SimNode#takeEffect} and {@link SimNode#whenRunning}. A WAL on object storage needs no medium: its context has one.
 */
public interface SimulatedWal {

    /** Makes the WAL of one world. */
    @FunctionalInterface
    interface Factory {

        /** Called once for each seed, before any opener. */
        SimulatedWal create(WalWorld world);
    }

    WalFencing fencing();

    /** Whether an attach alone fences the opener before it, also when the new one gets no further. */
    default boolean attachFences() {
        return false;
    }

    /** The media that openers choose from, all of this kind; usually one. Small: room for some tens of frames. */
    List<URI> uris();

    /** The provider of a process that begins to run. */
    WalProvider provider(SimNode opener);

    /** The context of a process that begins to run: usually {@link WalWorld#context}. */
    WalContext context(SimNode opener);
}
