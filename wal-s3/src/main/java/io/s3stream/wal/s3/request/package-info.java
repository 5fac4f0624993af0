/**
 * Requests to object storage with retries and deadlines.
 *
 * <p>{@code Requests} repeats a request that failed or has no answer, until its deadline. {@code AgreedReads}
 * believes that an object is absent only when two requests agree. {@code Listing} walks the pages of a listing.
 * All futures complete on the serial context of the WAL, which owns the state of pending requests. Start with
 * {@code Requests}.
 */
@NullMarked
package io.s3stream.wal.s3.request;

import org.jspecify.annotations.NullMarked;
