package io.s3stream.simulation.linear;

/** No order of effects explains what was answered. */
public final class NotLinearizableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotLinearizableException(String message) {
        super(message);
    }
}
