package io.s3stream.wal.common;

import io.s3stream.api.Units;
import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options behind the question mark of a URI. Every exception names the option, its value and the remedy. */
public final class UriOptions {

    private final URI uri;
    private final Map<String, String> values = new LinkedHashMap<>();

    public UriOptions(URI uri) {
        this.uri = uri;
        String query = uri.getQuery();
        if (query == null || query.isEmpty()) {
            return;
        }
        for (String part : query.split("&")) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            if (values.put(name, value) != null) {
                throw invalid(name, value, "it is given twice; keep one");
            }
        }
    }

    public void requireKnown(Set<String> known) {
        values.forEach((name, value) -> {
            if (!known.contains(name)) {
                throw invalid(name, value, "there is no such option; known are " + known);
            }
        });
    }

    /** Refuses an option that the chosen mode does not have. */
    public void requireAbsent(String name, String remedy) {
        String value = values.get(name);
        if (value != null) {
            throw invalid(name, value, remedy);
        }
    }

    @Nullable
    public String text(String name) {
        return values.get(name);
    }

    public long bytes(String name, long absent, long smallest, long largest) {
        String text = values.get(name);
        return text == null ? absent : within(name, text, parseBytes(name, text), smallest, largest);
    }

    private long parseBytes(String name, String text) {
        try {
            return Units.parseBytes(text);
        } catch (InvalidRequestException e) {
            throw invalid(name, text, "" + e.getMessage(), e);
        }
    }

    public long number(String name, long absent, long smallest, long largest) {
        String text = values.get(name);
        try {
            return text == null ? absent : within(name, text, Long.parseLong(text), smallest, largest);
        } catch (NumberFormatException e) {
            throw invalid(name, text, "write a whole number", e);
        }
    }

    public boolean flag(String name) {
        String text = values.getOrDefault(name, "false");
        if (!text.equals("true") && !text.equals("false")) {
            throw invalid(name, text, "write true or false");
        }
        return text.equals("true");
    }

    private long within(String name, String text, long value, long smallest, long largest) {
        if (value < smallest || value > largest) {
            throw invalid(
                    name, text, "write " + smallest + (largest == Long.MAX_VALUE ? " or more" : " to " + largest));
        }
        return value;
    }

    public InvalidRequestException invalid(String name, @Nullable String value, String remedy) {
        return invalid(name, value, remedy, null);
    }

    public InvalidRequestException invalid(
            String name, @Nullable String value, String remedy, @Nullable Exception cause) {
        return new InvalidRequestException(
                "block WAL option " + name + "='" + value + "' in " + uri + ": " + remedy, cause);
    }
}
