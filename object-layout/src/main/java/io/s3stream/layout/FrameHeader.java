package io.s3stream.layout;

/**
 * The fields of a frame header.
 *
 * @param nodeId the node that wrote the frame
 * @param walEpoch the WAL epoch of the frame's generation
 * @param nonce the nonce of the frame's generation
 * @param sequence contiguous per node, across generations
 * @param ackedThrough the highest sequence that was acknowledged when the frame was sealed
 * @param position the position in the WAL at which the frame begins
 * @param previousChain the chain value of the frame before
 * @param bodyBytes the length of the frame's records; 0 for an empty frame
 * @param chain the frame's own chain value; ignored when sealing
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

    /** Returns a header to seal: {@link FrameFormat#seal} computes body length and chain value. */
    public static FrameHeader toSeal(
            int nodeId, long walEpoch, long nonce, long sequence, long ackedThrough, long position, int previousChain) {
        return new FrameHeader(nodeId, walEpoch, nonce, sequence, ackedThrough, position, previousChain, 0, 0);
    }

    /** Returns whether this frame follows the previous one: generation, sequence, position and chain all match. */
    public boolean follows(long expectedWalEpoch, long expectedNonce, long previousSequence, int chainBefore, long at) {
        return walEpoch == expectedWalEpoch
                && nonce == expectedNonce
                && sequence == previousSequence + 1
                && previousChain == chainBefore
                && position == at;
    }
}
