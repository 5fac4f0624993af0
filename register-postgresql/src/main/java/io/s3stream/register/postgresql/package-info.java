/**
 * Keeps the head of the metadata in a row of a PostgreSQL table. It is for stores that commit more often than their
 * object storage accepts conditional writes to one object.
 *
 * <p>Start with {@link io.s3stream.register.postgresql.PostgresRegisters}, the entry point for hosts;
 * {@link io.s3stream.register.postgresql.PostgresRegisterProvider} finds it by URI. {@code PostgresRegister} is the
 * register, {@code RegisterTable} has the SQL statements, and {@code SqlFailures} explains failures.
 * {@code Connections} come from the host's pool ({@code HostConnections}) or are opened and kept here
 * ({@code KeptConnections}).
 *
 * <p>The writer draws a random version for each value. A compare-and-set is one statement, which the server makes
 * durable before it responds. After a lost response, the version in the row tells whether the statement was executed.
 *
 * <p>The register runs its statements on its own executor of two threads, and futures complete there. The state that
 * those threads share is the flag in {@code PostgresRegister} and the idle connections in {@code KeptConnections}.
 */
@NullMarked
package io.s3stream.register.postgresql;

import org.jspecify.annotations.NullMarked;
