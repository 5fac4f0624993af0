package io.s3stream.api.tools;

/**
 * The progress of a tool.
 *
 * @param what names the step, in a word
 * @param done of {@code total}; the unit is the tool's
 * @param total may grow; 0 while it is unknown
 */
public record Progress(String what, long done, long total) {}
