package io.s3stream.testkit.proxy;

import java.io.InterruptedIOException;

/**
 * Pauses the thread of a connection. The pause is the fault itself, a slow network between a real client and a real server, and
 * stands in for no condition. Closing the proxy ends it with an exception.
 */
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
