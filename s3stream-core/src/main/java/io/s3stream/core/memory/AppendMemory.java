package io.s3stream.core.memory;

/** The sources of memory for appends. */
public record AppendMemory(MemoryBudget budget, SlabPool slabs) {}
