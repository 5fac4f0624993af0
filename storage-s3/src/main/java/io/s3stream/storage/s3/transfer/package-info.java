/**
 * Bodies of requests and responses, without copies.
 *
 * <p>{@code RequestBody} sends a body from the memory that holds it. {@code ContentReceiver} receives an object
 * into one buffer, and {@code Received} checks that a response fits its request. {@code EtagStyle} knows the
 * notation of ETags, and {@code OddAnswerException} reports a response that contradicts the protocol. Start with
 * {@code ContentReceiver}.
 */
@NullMarked
package io.s3stream.storage.s3.transfer;

import org.jspecify.annotations.NullMarked;
