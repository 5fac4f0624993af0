package io.s3stream.core.write;

import io.s3stream.api.StoreConfig;
import io.s3stream.core.upload.UploadOptions;

/** The settings of a write path: the configuration, the division of the memory, the uploads, and the rules. */
public record WriteSettings(StoreConfig config, MemoryPlan plan, UploadOptions uploads, WriteRules rules) {}
