package io.s3stream.testkit.wal.scenario;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.wal.WalFencing;
import java.net.URI;
import java.util.List;

/**
 * A kind of WAL, as {@link WalScenario} sees it. Its media are in a {@link WalWorld} and outlive every opener. There is
 * one for each seed, called from the simulator's thread.
 *
 * <p>An opener is a {@link SimNode}. The WAL's module has its own model of a device or file system, which does its I/O
 * in one of two ways:
 *
 * <ul>
 *   <li>through {@link SimNode#ioExecutor}: the node then holds, drops or applies the operations of a paused or dead
 *       node. {@link SimNode#pendingIo()} has the operations that a dead node had submitted;
 *   <li>on its own, with {@link SimNode#takeEffect} and {@link SimNode#whenRunning}.
 * </ul>
 *
 * <p>A WAL on object storage needs no such model, because its context has a simulated storage.
 */
public interface SimulatedWal {

    /** Creates the WAL of a world. */
    @FunctionalInterface
    interface Factory {

        /** Called once for each seed, before any opener. */
        SimulatedWal create(WalWorld world);
    }

    WalFencing fencing();

    /** Returns whether an attach alone fences the earlier opener, even if the new opener gets no further. */
    default boolean attachFences() {
        return false;
    }

    /** Returns the media that openers choose from, usually one. Media are small, with room for some tens of frames. */
    List<URI> uris();

    /** Returns the provider of a process that begins to run. */
    WalProvider provider(SimNode opener);

    /** Returns the context of a process that begins to run: usually {@link WalWorld#context}. */
    WalContext context(SimNode opener);
}
