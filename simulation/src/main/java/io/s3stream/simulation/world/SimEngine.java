package io.s3stream.simulation.world;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.StoreConfig;
import io.s3stream.core.EngineParts;
import io.s3stream.core.compact.CompactionSettings;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.log.MetadataSettings;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.wal.block.ring.FenceRules;
import io.s3stream.wal.block.ring.TailJudge;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of the engine for one simulated node. A mutant overrides one of them. */
public class SimEngine extends EngineParts {

    private final SimNode node;
    private final SimDisks disks;
    private @Nullable SlabPool slabs;

    /** Creates the parts. Mutants are made through it. */
    public interface Factory {
        SimEngine create(SimNode node, SimDisks disks);
    }

    public SimEngine(SimNode node, SimDisks disks) {
        this.node = node;
        this.disks = disks;
    }

    @Override
    public List<WalProvider> walProviders() {
        return disks.providers(node, tailJudge(), fenceRules());
    }

    @Override
    public CompactionSettings compactionSettings(StoreConfig config) {
        return SimConfig.compaction(config);
    }

    @Override
    public MetadataSettings metadataSettings() {
        return SimConfig.metadata();
    }

    @Override
    public ByteBufAllocator allocator(StoreConfig config) {
        return new ScarceMemory(node);
    }

    @Override
    public final SlabPool slabPool(int slabBytes, int alignment, MemoryBudget budget, long pinLimit) {
        slabs = newSlabPool(slabBytes, alignment, budget, pinLimit);
        return slabs;
    }

    /** For the mutant that reuses memory too early. */
    protected SlabPool newSlabPool(int slabBytes, int alignment, MemoryBudget budget, long pinLimit) {
        return super.slabPool(slabBytes, alignment, budget, pinLimit);
    }

    /** Bytes of the write path's memory that are held. */
    public final long slabBytesOut() {
        return slabs == null ? 0 : slabs.outstandingBytes();
    }

    /** For the mutant that ignores its fence. */
    protected FenceRules fenceRules() {
        return new FenceRules();
    }

    /** For the mutant that does not look ahead. */
    protected TailJudge tailJudge() {
        return new TailJudge();
    }
}
