package io.s3stream.api.text;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the URIs that a store is opened with. A URI without a scheme, usually the path of a file, is refused with
 * examples of URIs for it. Stateless.
 */
public final class StoreUri {

    /** Two letters or more: a single letter is a drive of Windows. */
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(.*)", Pattern.DOTALL);

    private StoreUri() {}

    /** @param option its name in the error */
    public static URI wal(String option, String text) {
        return wal(option, parse(option, text, walExamples(text)));
    }

    /** @throws InvalidRequestException for a URI without a scheme */
    public static URI wal(String option, URI uri) {
        return withScheme(option, uri, walExamples(uri.toString()));
    }

    /** Example URIs of WALs for a text, as part of a message. */
    public static String walExamples(URI uri) {
        return walExamples(uri.toString());
    }

    /** @param option its name in the error */
    public static URI storage(String option, String text) {
        return storage(option, parse(option, text, storageExamples(text)));
    }

    /** @throws InvalidRequestException for a URI without a scheme */
    public static URI storage(String option, URI uri) {
        return withScheme(option, uri, storageExamples(uri.toString()));
    }

    /** The error does not repeat the text, which may hold a password. */
    public static URI register(String text) {
        try {
            return register(new URI(text));
        } catch (URISyntaxException e) {
            throw new InvalidRequestException("register: not a URI: " + e.getReason() + " at index " + e.getIndex()
                    + "; write postgresql://host/database?store=NAME");
        }
    }

    /** The error does not repeat the URI, which may hold a password. */
    public static URI register(URI uri) {
        if (uri.getScheme() == null) {
            throw new InvalidRequestException(
                    "register: the URI has no scheme; write postgresql://host/database?store=NAME");
        }
        return uri;
    }

    private static URI parse(String option, String text, String examples) {
        try {
            // java.net.URI refuses a scheme alone, as in "memory:".
            return new URI(text.endsWith(":") ? text + "/" : text);
        } catch (URISyntaxException e) {
            // Not the cause: its message repeats the text, which may hold a secret.
            throw new InvalidRequestException(option + "=" + SafeUri.place(text) + ": not a URI: " + e.getReason()
                    + " at index " + e.getIndex() + "; write " + examples);
        }
    }

    private static URI withScheme(String option, URI uri, String examples) {
        if (uri.getScheme() == null || uri.getScheme().length() == 1) {
            throw new InvalidRequestException(
                    option + "=" + SafeUri.of(uri) + ": the URI has no scheme; write " + examples);
        }
        if (SafeUri.hasUserInfo(uri.toString())) {
            throw new InvalidRequestException(option + "=" + SafeUri.of(uri)
                    + ": the URI has user information; credentials" + " do not belong in a URI, write " + examples);
        }
        return withPath(uri);
    }

    /** A URI without a path stands for the root: {@code store:?linger=1ms} is {@code store:/?linger=1ms}. */
    private static URI withPath(URI uri) {
        String rest = uri.getRawSchemeSpecificPart();
        return uri.isOpaque() && rest.startsWith("?")
                ? URI.create(uri.getScheme() + ":/"
                        + uri.toString().substring(uri.getScheme().length() + 1))
                : uri;
    }

    private static String walExamples(String given) {
        String text = SafeUri.place(given);
        if (text.equals("store")) {
            return "store:";
        }
        return uri("block", text) + " for a file or device, " + uri("nfs", text)
                + " for a directory of a mounted file system, store: for the store's own object storage, or"
                + " s3://bucket/prefix";
    }

    private static String storageExamples(String given) {
        String text = SafeUri.place(given);
        if (text.equals("memory")) {
            return "memory:";
        }
        boolean mayBeBucket = Character.isLetterOrDigit(text.isEmpty() ? ' ' : text.charAt(0)) && path(text) == null;
        return uri("file", text) + " for a directory, or s3://" + (mayBeBucket ? text : "bucket/prefix");
    }

    /** The text as a URI with this scheme: absolute, odd characters escaped. */
    private static String uri(String scheme, String text) {
        if (text.isBlank()) {
            return scheme + ":///path";
        }
        String given = path(text);
        try {
            Path path = Path.of(given == null ? text : given);
            return scheme + "://" + path.toAbsolutePath().normalize().toUri().getRawPath();
        } catch (InvalidPathException e) {
            return scheme + ":///path";
        }
    }

    /**
     * The path in a text that has a scheme, for example {@code /a b} in {@code block:///a b}; null without a scheme.
     */
    private static @Nullable String path(String text) {
        Matcher matcher = SCHEME.matcher(text);
        return matcher.matches() ? matcher.group(2).replaceFirst("[?#].*", "").replaceFirst("^/*", "/") : null;
    }
}
