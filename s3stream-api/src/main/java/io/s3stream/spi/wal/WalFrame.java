package io.s3stream.spi.wal;

import java.nio.ByteBuffer;

/**
 * A sealed frame on its way to the medium.
 *
 * @param sequence contiguous per node
 * @param position what {@link WriteAheadLog#reserve} answered for it; also written in its header
 * @param bytes direct, its address and length multiples of the alignment; unchanged until the append completes
 */
public record WalFrame(long sequence, long position, ByteBuffer bytes) {}
