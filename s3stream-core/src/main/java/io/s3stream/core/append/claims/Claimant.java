package io.s3stream.core.append.claims;

/**
 * Records of one frame that need a place in a slab.
 *
 * @param <E> the type itself
 */
public interface Claimant<E extends Claimant<E>> {

    /** Returns the encoded size in bytes. */
    int encodedBytes();

    /**
     * Receives the place. Called by the claim after its only write. Must only set fields, because an Error here would lose
     * the place.
     *
     * @param index the number of the claim in the slab, for {@link OpenSlab#publish}
     * @param place the position in the slab at which the records begin
     */
    void placed(OpenSlab<E> slab, int index, int place);

    /** Returns the position in the slab. Only valid after {@link #placed}. */
    int claimedPlace();

    /** Returns whether all bytes were copied to the place. Only valid after the claim was published. */
    boolean isCopied();
}
