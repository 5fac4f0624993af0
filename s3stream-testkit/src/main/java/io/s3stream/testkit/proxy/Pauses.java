package io.s3stream.testkit.proxy;

import java.io.InterruptedIOException;

/** Pauses the thread of a connection. Closing the proxy ends the pause with an exception. */
final class Pauses {

    private Pauses() {}

    static void millis(long millis) throws InterruptedIOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the proxy is closed");
        }
    }
}
