package io.s3stream.core.append;

import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;

/** The sources of memory for appends. */
public record AppendMemory(MemoryBudget budget, SlabPool slabs) {}
