package io.s3stream.register.postgresql;

import io.s3stream.api.errors.InvalidRequestException;
import java.util.regex.Pattern;

/**
 * The table and the row that hold the register.
 *
 * @param table {@code name} or {@code schema.name}, of lower-case letters, digits and {@code _}
 * @param store the name of the row, 1 to 200 characters, unique among the stores that use this table
 */
public record RowName(String table, String store) {

    /** The default table. */
    public static final String DEFAULT_TABLE = "s3stream_register";

    private static final int MAX_STORE_CHARACTERS = 200;
    // Statements contain the table name without quoting, so its characters are restricted.
    private static final Pattern TABLE = Pattern.compile("[a-z_][a-z0-9_]{0,62}(\\.[a-z_][a-z0-9_]{0,62})?");

    public RowName {
        if (!TABLE.matcher(table).matches()) {
            throw new InvalidRequestException(
                    "table=" + table
                            + ": must be name or schema.name, of lower-case letters, digits and '_', not beginning with a digit");
        }
        if (store.isBlank() || store.length() > MAX_STORE_CHARACTERS || store.indexOf('\0') >= 0) {
            throw new InvalidRequestException(
                    "store='" + store + "': must be a name of 1 to " + MAX_STORE_CHARACTERS + " characters");
        }
    }

    /** Returns a row of the table {@value #DEFAULT_TABLE}. */
    public static RowName of(String store) {
        return new RowName(DEFAULT_TABLE, store);
    }

    /** Returns the SQL statement that creates the table. */
    public String createTable() {
        return "CREATE TABLE IF NOT EXISTS " + table
                + " (store text PRIMARY KEY, version uuid NOT NULL, value bytea NOT NULL)";
    }

    @Override
    public String toString() {
        return "table " + table + " store " + store;
    }
}
