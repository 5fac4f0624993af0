package io.s3stream.testkit.sim;

/**
 * How badly the object storage behaves: probabilities per request.
 *
 * @param fails it fails and has no effect
 * @param losesResponse it takes effect and fails all the same
 * @param late it fails, and takes effect some time later
 * @param repeats the client library sends a write again although it had taken effect
 * @param odd a read succeeds and its answer is wrong: a changed byte, or no object although there is one
 */
public record StorageFaults(double fails, double losesResponse, double late, double repeats, double odd) {

    public static final StorageFaults NONE = new StorageFaults(0, 0, 0, 0);

    /** Faults whose answers, if there are any, are right. */
    public StorageFaults(double fails, double losesResponse, double late, double repeats) {
        this(fails, losesResponse, late, repeats, 0);
    }
}
