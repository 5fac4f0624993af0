/**
 * Failures inside the engine: conversion to the library's exceptions, and protection against stack overflow and loggers
 * that throw.
 *
 * <p>Start with {@link io.s3stream.core.errors.Failures}. It unwraps the causes of futures and maps each failure to a
 * {@link io.s3stream.api.errors.StreamException}. {@link io.s3stream.core.errors.StackRoom} refuses a call that could
 * overflow the stack while it holds a lock. {@link io.s3stream.core.errors.SafeLog} logs where the next step must run.
 *
 * <p>Every type is stateless or thread-safe, and belongs to no thread.
 */
@NullMarked
package io.s3stream.core.errors;

import org.jspecify.annotations.NullMarked;
