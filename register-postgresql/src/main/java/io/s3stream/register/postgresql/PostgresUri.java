package io.s3stream.register.postgresql;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * A parsed register URI: {@code postgresql://[user@]host[:port][,host…]/database?store=NAME[&table=T][&create=true]
 * [&driver options]}, or the same with {@code jdbc:} in front.
 *
 * @param jdbcUrl for the driver, without the options of the register
 * @param create whether the register creates a missing table
 */
record PostgresUri(String jdbcUrl, RowName row, boolean create) {

    static final String EXAMPLE = "postgresql://host/database?store=NAME";
    private static final String SLASHES = "postgresql://";

    /** Default driver options. Timeouts are in seconds. Options of the URI take precedence. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "connectTimeout", "5",
            "socketTimeout", "10",
            "tcpKeepAlive", "true",
            "targetServerType", "primary",
            "ApplicationName", "s3stream");

    static PostgresUri parse(URI uri) {
        String text = uri.toString().replaceFirst("^(?i)jdbc:", "");
        int question = text.indexOf('?');
        String server = question < 0 ? text : text.substring(0, question);
        Map<String, String> options = options(question < 0 ? "" : text.substring(question + 1));
        if (!server.regionMatches(true, 0, SLASHES, 0, SLASHES.length())) {
            throw invalid("must begin with postgresql:// or jdbc:postgresql://, as in " + EXAMPLE);
        }
        server = server.substring(SLASHES.length());
        int at = server.lastIndexOf('@');
        if (at >= 0) {
            String user = decode(server.substring(0, at));
            if (user.indexOf(':') >= 0) {
                throw password();
            }
            options.putIfAbsent("user", user);
            server = server.substring(at + 1);
        }
        int slash = server.indexOf('/');
        if (slash <= 0 || slash == server.length() - 1 || server.indexOf('/', slash + 1) >= 0) {
            throw invalid("names no host and database, as in " + EXAMPLE);
        }
        String store = options.remove("store");
        if (store == null) {
            throw invalid("has no store=NAME: the row of this store, which no other store has");
        }
        String table = options.remove("table");
        boolean create = flag("create", options.remove("create"));
        check(options);
        DEFAULTS.forEach(options::putIfAbsent);
        return new PostgresUri(
                "jdbc:" + SLASHES + server + "?" + encode(options),
                new RowName(table == null ? RowName.DEFAULT_TABLE : table, store),
                create);
    }

    private static Map<String, String> options(String query) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String part : query.split("&")) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw invalid("option '" + part + "' has no value: write KEY=VALUE");
            }
            String key = decode(part.substring(0, equals));
            if (options.put(key, decode(part.substring(equals + 1))) != null) {
                throw invalid("option " + key + " is given twice");
            }
        }
        return options;
    }

    private static void check(Map<String, String> options) {
        for (String key : options.keySet()) {
            if (key.equals("password") || key.equals("sslpassword")) {
                throw password();
            }
            if (PGProperty.forName(key) == null) {
                throw invalid("option " + key + " is neither store, table or create, nor one of the driver");
            }
        }
    }

    private static boolean flag(String key, @Nullable String value) {
        if (value == null || value.equals("false")) {
            return false;
        }
        if (!value.equals("true")) {
            throw invalid("option " + key + "=" + value + " must be true or false");
        }
        return true;
    }

    private static String encode(Map<String, String> options) {
        StringBuilder query = new StringBuilder();
        options.forEach((key, value) -> query.append(query.length() == 0 ? "" : "&")
                .append(key)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return query.toString();
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("register URI: '%' must be followed by two hexadecimal digits", e);
        }
    }

    private static InvalidRequestException password() {
        return invalid("has a password in it: put it into ~/.pgpass, or open the store with a DataSource of yours");
    }

    /** Returns an exception without the URI itself, which may contain a secret. */
    private static InvalidRequestException invalid(String what) {
        return new InvalidRequestException("register URI " + what);
    }
}
