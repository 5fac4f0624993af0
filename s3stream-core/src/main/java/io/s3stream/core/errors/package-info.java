/**
 * Failures inside the engine: conversion to the library's exceptions, detection of outages, and protection against
 * stack overflow.
 *
 * <p>Start with {@link io.s3stream.core.errors.Failures}. It unwraps the causes of futures and maps each failure to a
 * {@link io.s3stream.api.errors.StreamException}. {@link io.s3stream.core.errors.OutageWatch} reports resources that
 * stay unreachable. {@link io.s3stream.core.errors.StackRoom} refuses a call that could overflow the stack while it
 * holds a lock.
 *
 * <p>Every type is stateless or thread-safe, and belongs to no thread.
 */
@NullMarked
package io.s3stream.core.errors;

import org.jspecify.annotations.NullMarked;
