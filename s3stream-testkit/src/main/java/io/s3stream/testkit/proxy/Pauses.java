package io.s3stream.testkit.proxy;

import java.io.InterruptedIOException;

/** Lets the thread of a connection wait, until the proxy is closed. */
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
