package io.s3stream.core.metadata.log;

import java.util.UUID;

/**
 * An object of the metadata, as the head names it.
 *
 * @param digest of all its bytes
 */
public record ObjectRef(String key, long length, UUID digest) {}
