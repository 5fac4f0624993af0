package io.s3stream.cli.bench.isolation;

import io.s3stream.cli.bench.Report;
import java.util.Locale;

/**
 * The amount of a disturbance in its phase, or in several phases together.
 *
 * @param count of events; 0 if the disturbance did not happen
 * @param events their name, in the plural
 * @param bytes that these events moved; 0 if they move none
 * @param nanos time in which they happened
 */
record Proof(long count, String events, long bytes, long nanos) {

    Proof plus(Proof more) {
        return new Proof(count + more.count, events, bytes + more.bytes, nanos + more.nanos);
    }

    /** Returns for example {@code 27 uploads, 540.0 MB, 18.0 MB/s}. */
    @Override
    public String toString() {
        String counted = String.format(Locale.ROOT, "%d %s", count, events);
        return bytes == 0
                ? counted
                : counted + ", " + Report.megabytes(bytes) + " MB, "
                        + Report.megabytes(bytes * 1e9 / Math.max(1, nanos)) + " MB/s";
    }
}
