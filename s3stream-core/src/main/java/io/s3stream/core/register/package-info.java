/**
 * Opens the register of a store and checks that it is the right one.
 *
 * <p>The default register is the object {@code meta/head} ({@link io.s3stream.core.register.HeadObject}). If the head
 * is elsewhere, that key has a marker, and marker and head name each other ({@link
 * io.s3stream.core.register.BoundRegister}). So neither an empty register nor a bucket of another store is taken for a
 * new store.
 *
 * <p>Start with {@link io.s3stream.core.register.Registers}, then {@code BoundRegister}. {@link
 * io.s3stream.core.register.RegisterUse} says whether opening may create a store. All types are thread-safe; their
 * futures complete on the threads of the storage or of the register.
 */
@NullMarked
package io.s3stream.core.register;

import org.jspecify.annotations.NullMarked;
