package io.s3stream.storage.s3.options;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Checks the addresses of servers: {@code https://host:port}. Errors do not repeat a text that may hold a password. */
final class Endpoints {

    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|.*\\.localhost|127(\\.\\d{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]");

    private Endpoints() {}

    static URI parse(String option, String text) {
        try {
            return check(option, new URI(text));
        } catch (URISyntaxException e) { // not the cause: its message repeats the text
            throw new InvalidRequestException(option + " is not a URI: " + e.getReason() + " at index " + e.getIndex()
                    + "; write " + option + "=https://host:port");
        }
    }

    static URI check(String option, URI uri) {
        if (uri.toString().indexOf('@') >= 0) {
            throw new InvalidRequestException(option + " has user information: credentials do not belong in a URI;"
                    + " write " + option + "=https://host:port");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new InvalidRequestException(
                    option + " has a query or a fragment; write " + option + "=https://host:port");
        }
        boolean http = scheme.equals("http") || scheme.equals("https");
        if (!http || uri.getHost() == null) {
            throw new InvalidRequestException(option + "='" + uri + "' has no scheme http or https, or no host: write "
                    + option + "=https://host:port");
        }
        return uri;
    }

    static boolean isPlain(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme());
    }

    /** Returns whether the host is this machine, without a look-up of its name. */
    static boolean isLoopback(URI uri) {
        return LOOPBACK.matcher(uri.getHost().toLowerCase(Locale.ROOT)).matches();
    }
}
