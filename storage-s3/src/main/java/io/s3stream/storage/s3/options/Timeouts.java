package io.s3stream.storage.s3.options;

import java.time.Duration;

/**
 * The limits of waiting for the store.
 *
 * @param connect of opening a connection
 * @param read of silence of the other side, also while a body is sent, and of waiting for a free connection
 * @param call of all attempts of a request and the pauses between them
 * @param attempt of one attempt, with connecting and sending the body
 */
public record Timeouts(Duration connect, Duration read, Duration call, Duration attempt) {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration READ = Duration.ofSeconds(30);
    /** An attempt may then take 45 seconds: an object of 128 MiB at 3 MiB/s. */
    private static final Duration CALL = Duration.ofSeconds(150);

    static Timeouts of(S3OptionsBuilder options) {
        Duration call = options.callTimeout == null ? CALL : options.callTimeout;
        return new Timeouts(
                options.connectTimeout == null ? CONNECT : options.connectTimeout,
                options.readTimeout == null ? READ : options.readTimeout,
                call,
                options.retries != null && options.retries == 0
                        ? call
                        : call.multipliedBy(3).dividedBy(10));
    }
}
