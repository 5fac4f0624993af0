package io.s3stream.spi.storage;

/** The answer to a conditional read. */
public sealed interface ConditionalContent {

    /** The version asked about is still the present one. */
    record Unchanged() implements ConditionalContent {}

    /** There is no such object. */
    record Missing() implements ConditionalContent {}

    /** Another version, whole; the receiver releases it. */
    record Changed(ObjectContent content) implements ConditionalContent {}
}
