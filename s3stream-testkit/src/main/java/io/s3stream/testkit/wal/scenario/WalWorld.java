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

/** What outlives the openers of a {@link WalScenario}: virtual time, the bucket, and how badly media behave right now. */
public final class WalWorld {

    /** The largest frame that openers ask for, bytes. */
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

    /** The objects of the store. */
    public SimBucket bucket() {
        return bucket;
    }

    /** How badly a medium should behave at the moment. */
    public StorageFaults faults() {
        return faults;
    }

    public void faults(StorageFaults present) {
        faults = present;
    }

    /** An opener's way to the bucket. */
    public ObjectStorage storage(SimNode opener) {
        return new SimObjectStorage(opener, bucket, () -> faults);
    }

    /** What an opener hands its WAL. Other storages than the store's have the same content. */
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

    /** Bytes that WALs took from their allocator and have not given back; dead openers never do. */
    public long allocatedBytes() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }
}
