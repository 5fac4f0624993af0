package io.s3stream.api.text;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Shows URIs in messages and logs without the secrets that they may contain. A URI of a storage, a WAL or a register must
 * be shown only in this way. Stateless.
 *
 * <p>Replaced by {@code ***} are user information, the text after a colon in place of a port, fragments except of paths, values of options
 * whose names stand for secrets, and values that contain an at sign.
 */
public final class SafeUri {

    private static final String HIDDEN = "***";
    private static final Pattern AUTHORITY = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)([^/].*)", Pattern.DOTALL);
    /** The name of a user and a password, where a host and a port should be. */
    private static final Pattern PASSWORD_AS_PORT = Pattern.compile("([^/:,]*:)(?!\\d*(?:[/,]|$)).*", Pattern.DOTALL);

    private static final Pattern SECRET_NAME =
            Pattern.compile(".*(?:secret|token|passw|credential|accesskey|signature).*|key|pwd|pass|sig|user");
    /** A path may contain an at sign. */
    private static final Pattern PATH =
            Pattern.compile("(?:/|(?:file|block|nfs|store|memory|[A-Za-z]):).*", Pattern.DOTALL);

    private static final Pattern NAME = Pattern.compile("[A-Za-z_-]{1,32}");

    private SafeUri() {}

    /** Returns the URI with its options, for a message. */
    public static String of(URI uri) {
        return of(uri.toString());
    }

    /** As {@link #of(URI)}, for a text that may be no URI. */
    public static String of(String text) {
        String whole = withoutFragment(text);
        int query = whole.indexOf('?');
        String options = query < 0
                ? ""
                : Arrays.stream(whole.substring(query + 1).split("&", -1))
                        .map(SafeUri::option)
                        .collect(Collectors.joining("&", "?", ""));
        return place(whole) + options + (whole.equals(text) ? "" : "#" + HIDDEN);
    }

    /** Returns the text without its options, for a text that cannot be parsed. */
    public static String place(String text) {
        String place = withoutFragment(text);
        int query = place.indexOf('?');
        place = query < 0 ? place : place.substring(0, query);
        Matcher matcher = AUTHORITY.matcher(place);
        if (matcher.matches()) {
            return matcher.group(1) + authority(matcher.group(2));
        }
        return PATH.matcher(place).matches() ? place : userless(place);
    }

    /** Returns whether the text has user information, or a text that looks like it. */
    public static boolean hasUserInfo(String text) {
        return !text.startsWith(place(text));
    }

    /** Returns the value of an option, for a message. */
    public static String value(String name, String value) {
        String letters = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        boolean isSecret = SECRET_NAME.matcher(letters).matches()
                || value.indexOf('@') >= 0
                || value.toLowerCase(Locale.ROOT).contains("%40");
        return isSecret ? HIDDEN : value;
    }

    private static String option(String option) {
        int equals = option.indexOf('=');
        if (equals < 0) {
            return NAME.matcher(option).matches() ? option : HIDDEN;
        }
        String name = option.substring(0, equals);
        return name + "=" + value(name, option.substring(equals + 1));
    }

    /** A bucket or a host may be followed by a path with an at sign. A secret may contain a slash. */
    private static String authority(String rest) {
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        if (authority.indexOf('@') >= 0 || authority.indexOf(':') >= 0) {
            String shown = userless(rest);
            return shown.equals(rest) ? PASSWORD_AS_PORT.matcher(rest).replaceFirst("$1" + HIDDEN) : shown;
        }
        return rest;
    }

    private static String userless(String text) {
        int at = text.lastIndexOf('@');
        return at < 0 ? text : HIDDEN + text.substring(at);
    }

    /** The fragment of a path is the rest of a path that should have been escaped. */
    private static String withoutFragment(String text) {
        int fragment = text.indexOf('#');
        return fragment < 0 || PATH.matcher(text).matches() ? text : text.substring(0, fragment);
    }
}
