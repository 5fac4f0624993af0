package io.s3stream.benchmarks.peers.worker;

/** The receiver of the outcome of one append. A journal calls exactly one of the methods, once, on any thread. */
public interface Ack {

    /** Reports that the record survives a power failure. */
    void durable();

    /** Reports that the append failed. The measurement ends. */
    void failed(Throwable cause);
}
