package io.s3stream.core.metadata;

/**
 * An object of the metadata, as the head names it.
 *
 * @param crc CRC32C of all its bytes
 */
record ObjectRef(String key, long length, int crc) {}
