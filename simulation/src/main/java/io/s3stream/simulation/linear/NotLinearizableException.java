package io.s3stream.simulation.linear;

/** No order of effects explains the answers. */
public final class NotLinearizableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotLinearizableException(String message) {
        super(message);
    }
}
