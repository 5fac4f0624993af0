package io.s3stream.spi.storage;

/** The answer to a conditional read. */
public sealed interface ConditionalContent {

    /** The object still has that version. */
    record Unchanged() implements ConditionalContent {}

    /** There is no such object. */
    record Missing() implements ConditionalContent {}

    /** The whole object at another version; the receiver releases it. */
    record Changed(ObjectContent content) implements ConditionalContent {}
}
