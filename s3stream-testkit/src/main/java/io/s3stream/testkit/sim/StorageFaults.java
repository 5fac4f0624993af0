package io.s3stream.testkit.sim;

/**
 * The faults of the object storage, as probabilities per request.
 *
 * @param fails the request fails without effect
 * @param losesResponse the request takes effect, and its response is lost
 * @param late the request fails, and takes effect some time later
 * @param repeats the client library sends a write again although it took effect
 * @param odd a read succeeds with a wrong response: a changed byte, or no object although it exists
 */
public record StorageFaults(double fails, double losesResponse, double late, double repeats, double odd) {

    public static final StorageFaults NONE = new StorageFaults(0, 0, 0, 0);

    /** Creates faults without wrong responses. */
    public StorageFaults(double fails, double losesResponse, double late, double repeats) {
        this(fails, losesResponse, late, repeats, 0);
    }
}
