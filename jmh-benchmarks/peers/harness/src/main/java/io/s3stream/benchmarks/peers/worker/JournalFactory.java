package io.s3stream.benchmarks.peers.worker;

/** Opens the journal of a contender. */
@FunctionalInterface
public interface JournalFactory {

    /** Opens a journal with all its files in the directory of the setup. */
    Journal open(Setup setup) throws Exception;
}
