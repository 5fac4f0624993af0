package io.s3stream.core.rebuild;

import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.storage.ObjectStorage;

/** The place of a rebuilt store. The same storage object as the source if only the metadata are to be written. */
public record Target(ObjectStorage storage, MetadataRegister register) {}
