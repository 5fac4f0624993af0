/**
 * Handles of open streams: appends, fetches, positions and waits of one stream.
 *
 * <p>{@code OwnedStream} is the handle of the owner and {@code CommittedReader} the handle of a reader. {@code
 * OpenStreams} is the registry of both. {@code Fetches} and {@code LongPoll} serve fetches that find no data yet.
 * {@code ReadableWait} waits for data of several streams together. {@code CallerAnswers} completes the futures of callers on the callback
 * executor. Handles are thread-safe. Start with {@code OwnedStream}.
 */
@NullMarked
package io.s3stream.core.stream;

import org.jspecify.annotations.NullMarked;
