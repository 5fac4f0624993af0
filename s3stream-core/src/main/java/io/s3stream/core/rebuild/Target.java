package io.s3stream.core.rebuild;

import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.storage.ObjectStorage;

/** Where a rebuilt store is to be; the same storage object as the source's if only metadata is to be written. */
public record Target(ObjectStorage storage, MetadataRegister register) {}
