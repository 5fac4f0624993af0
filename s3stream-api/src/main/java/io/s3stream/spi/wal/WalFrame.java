package io.s3stream.spi.wal;

import java.nio.ByteBuffer;

/**
 * A sealed frame to be written to the medium.
 *
 * @param sequence contiguous per node
 * @param position the result of {@link WriteAheadLog#reserve} for it; also written in its header
 * @param bytes direct, its address and length multiples of the alignment; unchanged until the append completes
 */
public record WalFrame(long sequence, long position, ByteBuffer bytes) {}
