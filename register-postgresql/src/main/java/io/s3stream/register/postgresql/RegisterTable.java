package io.s3stream.register.postgresql;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.metadata.MetadataRegister.Versioned;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/**
 * The SQL statements of the register, each run alone in auto-commit mode. PostgreSQL's default isolation suffices for
 * one statement on one row: an UPDATE that waited for another one evaluates its condition again on the newest row.
 * Stateless; blocks the caller's thread.
 */
final class RegisterTable {

    private static final byte[] NOTHING = new byte[0];

    private final RowName row;

    RegisterTable(RowName row) {
        this.row = row;
    }

    /**
     * Refuses a server that may lose confirmed writes, or that may not have the newest value.
     *
     * @throws StorageException if the server is a standby; a retry may reach the primary
     */
    void check(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("SELECT pg_is_in_recovery(),"
                        + " current_setting('synchronous_commit'), current_setting('fsync')")) {
            answer.next();
            if (answer.getBoolean(1)) {
                throw new StorageException(
                        row + ": the server is a standby, which may be behind; the primary is needed");
            }
            if (answer.getString(2).equals("off") || answer.getString(3).equals("off")) {
                throw new InvalidRequestException(row + ": synchronous_commit=" + answer.getString(2) + " fsync="
                        + answer.getString(3) + ": this server may lose confirmed writes, and acknowledged data with"
                        + " them. ALTER ROLE … SET synchronous_commit = on, and fsync = on for the server");
            }
        }
    }

    void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(row.createTable());
        }
    }

    Optional<Versioned> read(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT version, value FROM " + row.table() + " WHERE store = ?")) {
            statement.setString(1, row.store());
            try (ResultSet answer = statement.executeQuery()) {
                return answer.next() ? Optional.of(versioned(answer)) : Optional.empty();
            }
        }
    }

    /**
     * Reads the row, unless it has the version {@code known}. In that case the server does not send the value.
     *
     * @throws CorruptedDataException if there is no row
     */
    Optional<Versioned> readUnless(Connection connection, UUID known) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT version, CASE WHEN version <> ? THEN value END FROM " + row.table() + " WHERE store = ?")) {
            statement.setObject(1, known);
            statement.setString(2, row.store());
            try (ResultSet answer = statement.executeQuery()) {
                if (!answer.next()) {
                    throw new CorruptedDataException(
                            row + ": the row is gone, although version " + known + " of it was read; restore it");
                }
                Versioned read = versioned(answer);
                return read.version().equals(known.toString()) ? Optional.empty() : Optional.of(read);
            }
        }
    }

    private static Versioned versioned(ResultSet row) throws SQLException {
        byte[] value = row.getBytes(2);
        return new Versioned(row.getObject(1, UUID.class).toString(), value == null ? NOTHING : value);
    }

    /** Reads the row's present version, or empty if there is no row. */
    Optional<UUID> version(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT version FROM " + row.table() + " WHERE store = ?")) {
            statement.setString(1, row.store());
            try (ResultSet answer = statement.executeQuery()) {
                return answer.next() ? Optional.of(answer.getObject(1, UUID.class)) : Optional.empty();
            }
        }
    }

    /** Inserts the row. Returns false if it exists already. */
    boolean insert(Connection connection, UUID version, byte[] value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + row.table()
                + " (store, version, value) VALUES (?, ?, ?) ON CONFLICT (store) DO NOTHING")) {
            statement.setString(1, row.store());
            statement.setObject(2, version);
            statement.setBytes(3, value);
            return statement.executeUpdate() == 1;
        }
    }

    /** Updates the row. Returns false if it does not have the expected version. */
    boolean update(Connection connection, UUID expected, UUID version, byte[] value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE " + row.table() + " SET version = ?, value = ? WHERE store = ? AND version = ?")) {
            statement.setObject(1, version);
            statement.setBytes(2, value);
            statement.setString(3, row.store());
            statement.setObject(4, expected);
            return statement.executeUpdate() == 1;
        }
    }
}
