package io.s3stream.core.recovery;

import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.upload.ObjectGrouping;
import io.s3stream.core.upload.ObjectWriter;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.util.function.LongFunction;

/** The parts of the engine that a recovery uses. */
public record RecoveryTools(
        EngineRuntime runtime,
        SerialContext context,
        MetadataClient metadata,
        RecoveryPlan plan,
        SlabPool slabs,
        ObjectGrouping grouping,
        LongFunction<ObjectWriter> writerOfEpoch) {}
