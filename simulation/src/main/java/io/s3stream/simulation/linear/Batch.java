package io.s3stream.simulation.linear;

/**
 * Offsets {@code [base, end)} of a stream, and their content.
 *
 * @param hash of the payload
 */
public record Batch(long base, long end, long hash) {

    /** A batch with these bytes. */
    public static Batch of(long base, int count, byte[] payload) {
        long hash = payload.length;
        for (byte next : payload) {
            hash = hash * 0x9E3779B97F4A7C15L + next;
        }
        return new Batch(base, base + count, hash);
    }
}
