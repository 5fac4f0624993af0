package io.s3stream.spi.storage.support;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.SafeUri;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A storage URI and its query options, which must all be known: {@code s3://bucket/prefix?region=eu-central-1}.
 *
 * <p>Credentials are refused in any position, and the message does not repeat them: URIs end up in logs.
 */
public final class StorageUri {

    private static final Set<String> SECRETS = Set.of(
            "accesskey",
            "accesskeyid",
            "secretkey",
            "secretaccesskey",
            "sessiontoken",
            "token",
            "password",
            "credentials",
            "awsaccesskeyid",
            "awssecretaccesskey",
            "awssessiontoken");

    private final URI uri;
    private final Map<String, String> options;

    private StorageUri(URI uri, Map<String, String> options) {
        this.uri = uri;
        this.options = options;
    }

    /**
     * @param known the query options of the scheme
     * @throws InvalidRequestException for an unknown option, a repeated one or one without value, a fragment, user
     *     information or anything that looks like a key
     */
    public static StorageUri parse(URI uri, Set<String> known) {
        if (SafeUri.hasUserInfo(uri.toString())) {
            throw new InvalidRequestException("the " + uri.getScheme()
                    + " storage URI has user information: credentials do not belong in a URI, take them from the"
                    + " provider chain of the SDK or inject a provider");
        }
        Map<String, String> options = new TreeMap<>();
        String query = rawQuery(uri);
        for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            checkName(name, known);
            if (equals < 0 || equals == pair.length() - 1) {
                throw new InvalidRequestException(
                        "storage URI option '" + name + "' has no value: write " + name + "=…");
            }
            if (options.put(name, decode(pair.substring(equals + 1))) != null) {
                throw new InvalidRequestException("storage URI option '" + name + "' is given twice: leave one out");
            }
        }
        if (uri.getRawFragment() != null) {
            throw new InvalidRequestException("the storage URI has a fragment: leave '#' and the rest out");
        }
        return new StorageUri(uri, options);
    }

    public URI uri() {
        return uri;
    }

    public Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** Returns the option as true or false; false if it is missing. */
    public boolean flag(String name) {
        String value = options.getOrDefault(name, "false");
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new InvalidRequestException(
                        "storage URI option " + name + "='" + value + "' is neither true nor false");
        };
    }

    /** Returns the query also of {@code memory:?…}, which has no hierarchy for {@link URI} to parse. */
    private static String rawQuery(URI uri) {
        String query = uri.getRawQuery();
        if (query == null && uri.isOpaque()) {
            String rest = uri.getRawSchemeSpecificPart();
            query = rest.indexOf('?') < 0 ? null : rest.substring(rest.indexOf('?') + 1);
        }
        return query == null ? "" : query;
    }

    private static void checkName(String name, Set<String> known) {
        if (known.contains(name)) {
            return;
        }
        String letters = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        if (SECRETS.contains(letters)) {
            throw new InvalidRequestException("storage URI option '" + name
                    + "' is a credential: it does not belong in a URI, take it from the provider chain of the SDK or"
                    + " inject a provider");
        }
        throw new InvalidRequestException("storage URI option '" + name + "' is unknown: "
                + (known.isEmpty() ? "there are none here" : "there are " + new TreeSet<>(known)));
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
