package io.s3stream.simulation.months;

/** What was done, added up: bytes, and requests by how object stores bill them. Owned by the one who counts. */
final class Ledger {

    long appendedBytes;
    long uploadedBytes;
    long rewrittenBytes;
    /** Joined by copies that the object storage makes itself: no byte passes through the node. */
    long copiedBytes;

    /** PUT, POST, COPY, LIST. */
    long writes;

    long gets;
    long tasks;

    /** Bytes that the node writes for each byte appended, WAL apart. */
    double written() {
        return (double) (uploadedBytes + rewrittenBytes) / appendedBytes;
    }

    double writesPerGiB() {
        return writes / gib();
    }

    double getsPerGiB() {
        return gets / gib();
    }

    private double gib() {
        return (double) appendedBytes / (1L << 30);
    }
}
