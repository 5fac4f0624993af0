package io.s3stream.layout;

/**
 * The fields of a frame header.
 *
 * @param nodeId the node that wrote it
 * @param walEpoch its generation
 * @param nonce its generation's nonce
 * @param sequence contiguous per node, across generations
 * @param ackedThrough the highest sequence acknowledged when the frame was sealed
 * @param position where in the WAL it begins
 * @param previousChain the chain value of the frame before
 * @param bodyBytes the length of its records; 0 for an empty frame
 * @param chain its own chain value; ignored when sealing
 */
public record FrameHeader(
        int nodeId,
        long walEpoch,
        long nonce,
        long sequence,
        long ackedThrough,
        long position,
        int previousChain,
        int bodyBytes,
        int chain) {

    /** For sealing, where body length and chain value are about to be computed. */
    public static FrameHeader toSeal(
            int nodeId, long walEpoch, long nonce, long sequence, long ackedThrough, long position, int previousChain) {
        return new FrameHeader(nodeId, walEpoch, nonce, sequence, ackedThrough, position, previousChain, 0, 0);
    }

    /** Whether this is the frame that follows: right generation, sequence, place and chain. */
    public boolean follows(long expectedWalEpoch, long expectedNonce, long previousSequence, int chainBefore, long at) {
        return walEpoch == expectedWalEpoch
                && nonce == expectedNonce
                && sequence == previousSequence + 1
                && previousChain == chainBefore
                && position == at;
    }
}
