package io.s3stream.api.tools;

/**
 * An object that rebuilt metadata do not name. The rebuild may not have been able to read it, so that it is kept until
 * an operator releases it.
 */
public record KeptObject(String key, long size) {}
