package io.s3stream.testkit.proxy;

import java.io.InterruptedIOException;

/**
 * Pauses the thread of a connection. The pause is the fault that a test injects: a slow network between a
 * real client and a real server. No test waits for a condition by it. Closing the proxy ends it with an exception.
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
