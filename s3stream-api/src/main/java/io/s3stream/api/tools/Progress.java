package io.s3stream.api.tools;

/**
 * How far a tool is.
 *
 * @param what is being done, in a word
 * @param done of {@code total}; the unit is the tool's
 * @param total may grow; 0 while it is unknown
 */
public record Progress(String what, long done, long total) {}
