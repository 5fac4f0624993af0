package io.s3stream.simulation.months;

/** Sums of bytes, and of requests by the classes that object stores bill. Owned by its user. */
final class Ledger {

    long appendedBytes;
    long uploadedBytes;
    long rewrittenBytes;
    /** Bytes merged by copies that the object storage makes itself: no byte passes through the node. */
    long copiedBytes;

    /** PUT, POST, COPY, LIST. */
    long writes;

    long gets;
    long tasks;

    /** Bytes that the node writes for each byte appended, without the WAL. */
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
