package io.s3stream.core.metadata;

import java.util.UUID;

/**
 * An object of the metadata, as the head names it.
 *
 * @param digest of all its bytes
 */
record ObjectRef(String key, long length, UUID digest) {}
