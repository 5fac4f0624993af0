package io.s3stream.testkit.sim;

/**
 * How badly the object storage behaves: probabilities per request.
 *
 * @param fails it fails and has no effect
 * @param losesResponse it takes effect and fails all the same
 * @param late it fails, and takes effect some time later
 * @param repeats the client library sends a write again although it had taken effect
 */
public record StorageFaults(double fails, double losesResponse, double late, double repeats) {

    public static final StorageFaults NONE = new StorageFaults(0, 0, 0, 0);
}
