package io.s3stream.testkit.wal.scenario;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The world that outlives the openers of a {@link WalScenario}: virtual time, the bucket, and the present faults. */
public final class WalWorld {

    /** The maximum frame size of openers, in bytes. */
    public static final int MAX_FRAME_BYTES = 4 << 10;

    public static final UUID STORE = new UUID(1, 2);
    public static final int NODE = 3;

    private final Simulator simulator;
    private final SimBucket bucket = new SimBucket();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private StorageFaults faults = StorageFaults.NONE;

    public WalWorld(Simulator simulator) {
        this.simulator = simulator;
    }

    public Simulator simulator() {
        return simulator;
    }

    /** Returns the objects of the store. */
    public SimBucket bucket() {
        return bucket;
    }

    /** Returns the present faults of media. */
    public StorageFaults faults() {
        return faults;
    }

    public void faults(StorageFaults present) {
        faults = present;
    }

    /** Returns an opener's access to the bucket. */
    public ObjectStorage storage(SimNode opener) {
        return new SimObjectStorage(opener, bucket, () -> faults);
    }

    /** Returns the context that an opener gives its WAL. All other storages have the content of the store's storage. */
    public WalContext context(SimNode opener) {
        return new WalContext(
                opener,
                storage(opener),
                uri -> CompletableFuture.completedFuture(storage(opener)),
                allocator,
                STORE,
                NODE,
                MAX_FRAME_BYTES);
    }

    /** Returns the bytes that WALs allocated and did not release. Dead openers never release theirs. */
    public long allocatedBytes() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }
}
