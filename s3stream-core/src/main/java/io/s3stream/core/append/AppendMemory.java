package io.s3stream.core.append;

import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;

/** Where appends take their memory from. */
public record AppendMemory(MemoryBudget budget, SlabPool slabs) {}
