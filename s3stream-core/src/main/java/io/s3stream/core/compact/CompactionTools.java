package io.s3stream.core.compact;

import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metrics.CompactionMetrics;
import io.s3stream.core.upload.KeysInFlight;
import io.s3stream.core.upload.Uploader.NodeIdentity;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ObjectStorage;

/**
 * Parts of the engine that compactions use.
 *
 * @param context runs all work of the compactions
 * @param keys shared with the uploads of the same node epoch
 */
public record CompactionTools(
        EngineRuntime runtime,
        SerialContext context,
        ObjectStorage storage,
        MetadataClient metadata,
        NodeIdentity node,
        KeysInFlight keys,
        TrimRule trims,
        CoverageProof proof,
        CompactionSettings settings,
        CompactionMetrics metrics) {}
