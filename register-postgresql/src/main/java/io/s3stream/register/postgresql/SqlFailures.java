package io.s3stream.register.postgresql;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import java.sql.SQLException;
import java.util.Set;

/**
 * Translates failures of the server, and of the connection to it, into exceptions of the library. If a retry cannot
 * cure a failure, the message tells the operator the remedy.
 */
final class SqlFailures {

    private static final String UNDEFINED_TABLE = "42P01";
    private static final String UNDEFINED_SCHEMA = "3F000";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    /** The table has other columns, or columns of other types. */
    private static final Set<String> ANOTHER_TABLE = Set.of("42703", "42804", "42883", "23502", "42P10");

    private static final Set<String> NO_ENTRY = Set.of("28000", "28P01", "3D000");
    /** The server rolled the statement back in favour of another one. */
    private static final Set<String> UNDONE = Set.of("40001", "40P01");

    private SqlFailures() {}

    /** Returns whether the statement certainly had no effect, because another writer was first. */
    static boolean isLost(SQLException failure) {
        return UNDONE.contains(state(failure));
    }

    static StreamException of(SQLException failure, RowName row) {
        String state = state(failure);
        String says = row + ": " + failure.getMessage() + " (SQLSTATE " + state + ")";
        if (state.equals(UNDEFINED_TABLE) || state.equals(UNDEFINED_SCHEMA)) {
            return new InvalidRequestException(
                    says + ". Make the table, or say create=true: " + row.createTable(), failure);
        }
        if (state.equals(INSUFFICIENT_PRIVILEGE)) {
            return new InvalidRequestException(
                    says + ". Grant it: GRANT SELECT, INSERT, UPDATE ON " + row.table() + " TO the role", failure);
        }
        if (ANOTHER_TABLE.contains(state)) {
            return new InvalidRequestException(says + ". The table must be that of: " + row.createTable(), failure);
        }
        if (NO_ENTRY.contains(state)) {
            return new InvalidRequestException(says + ". Check database, user and password (~/.pgpass)", failure);
        }
        return new StorageException(says, failure);
    }

    private static String state(SQLException failure) {
        return String.valueOf(failure.getSQLState());
    }
}
