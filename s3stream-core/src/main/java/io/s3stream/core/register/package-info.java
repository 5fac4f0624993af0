/**
 * Which register a store has, and that it is the right one.
 *
 * <p>Usually the register is the object {@code meta/head} ({@link io.s3stream.core.register.HeadObject}). A store whose head is
 * elsewhere has a marker under that key instead, and marker and head name each other ({@link
 * io.s3stream.core.register.BoundRegister}): neither an empty register nor a bucket of another store can be taken for a new
 * store.
 */
@NullMarked
package io.s3stream.core.register;

import org.jspecify.annotations.NullMarked;
