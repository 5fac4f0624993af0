package io.s3stream.simulation.world;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.testkit.sim.SimNode;

/**
 * Memory of a simulated process: an allocation may fail. The garbage collector frees the memory of a crashed
 * process.
 */
final class ScarceMemory extends AbstractByteBufAllocator {

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true, true, false);
    private final SimNode node;

    ScarceMemory(SimNode node) {
        super(true);
        this.node = node;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        node.mayThrow("allocation");
        return memory.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        node.mayThrow("allocation");
        return memory.directBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }
}
