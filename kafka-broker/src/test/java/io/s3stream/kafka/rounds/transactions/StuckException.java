package io.s3stream.kafka.rounds.transactions;

/** A client that did not reach its end before the deadline of its round: a finding. */
final class StuckException extends RuntimeException {

    private static final long serialVersionUID = 1;

    StuckException(String message, Throwable cause) {
        super(message, cause);
    }
}
