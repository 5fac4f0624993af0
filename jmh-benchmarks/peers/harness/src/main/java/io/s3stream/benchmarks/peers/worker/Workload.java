package io.s3stream.benchmarks.peers.worker;

/**
 * The appended load.
 *
 * @param recordBytes payload of a record
 * @param bytesPerSecond over all producers; 0: as much as possible
 */
public record Workload(int recordBytes, long bytesPerSecond) {

    private static final String PACED = "paced";
    private static final Workload DEFAULT_PACED = new Workload(4096, 20_000_000);

    /** Returns the load of a name: a number of bytes, or {@code paced}. */
    public static Workload parse(String name) {
        if (name.equals(PACED)) {
            return DEFAULT_PACED;
        }
        int bytes;
        try {
            bytes = Integer.parseInt(name);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("unknown workload " + name + ": give a record size or " + PACED, e);
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("a record needs at least 1 byte, not " + name);
        }
        return new Workload(bytes, 0);
    }

    public boolean isPaced() {
        return bytesPerSecond > 0;
    }

    /** Returns the nanoseconds between two appends of one producer; 0 for no pause. */
    double intervalNanos(int producers) {
        return isPaced() ? 1e9 * recordBytes * producers / bytesPerSecond : 0;
    }

    /** Returns the record size with its unit. */
    public String size() {
        if (recordBytes % (1 << 20) == 0) {
            return (recordBytes >> 20) + " MiB";
        }
        return recordBytes % (1 << 10) == 0 ? (recordBytes >> 10) + " KiB" : recordBytes + " B";
    }

    @Override
    public String toString() {
        return isPaced() ? PACED : Integer.toString(recordBytes);
    }
}
