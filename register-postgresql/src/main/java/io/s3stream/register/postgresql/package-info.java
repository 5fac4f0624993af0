/**
 * The head of the metadata in a row of a PostgreSQL table, for stores that commit more often than their object storage takes
 * conditional writes of one object.
 *
 * <p>{@link io.s3stream.register.postgresql.PostgresRegisters} is where a host begins. Each value has a version drawn by who
 * writes it; a compare-and-set is one statement, durable on the server before it is answered, and recognised by its version
 * when the answer is lost.
 */
@NullMarked
package io.s3stream.register.postgresql;

import org.jspecify.annotations.NullMarked;
