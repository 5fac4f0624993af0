package io.s3stream.wal.common;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;

/** Refuses frames that the engine must not pass to a writer. */
public final class FrameChecks {

    private FrameChecks() {}

    /**
     * @param smallest the minimum size of a frame
     * @throws InvalidRequestException if the size is not one of the generation's
     */
    public static void requireSize(int frameBytes, int smallest, WalDescriptor descriptor) {
        if (frameBytes < smallest
                || frameBytes > descriptor.maxFrameBytes()
                || frameBytes % descriptor.alignment() != 0) {
            throw new InvalidRequestException("frame of " + frameBytes + " bytes: not a multiple of "
                    + descriptor.alignment() + " up to " + descriptor.maxFrameBytes());
        }
    }

    /** Returns the exception for a frame that does not use the latest reservation with the next sequence. */
    public static InvalidRequestException notReserved(WalFrame frame, long nextSequence) {
        return new InvalidRequestException("sequence=" + frame.sequence() + " position=" + frame.position()
                + " bytes=" + frame.bytes().remaining() + " is not the latest reservation, or not sequence "
                + nextSequence);
    }
}
