package io.s3stream.wal.common;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.api.text.Units;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The options behind the question mark of a WAL's URI. Every exception names the option, its value and the remedy. */
public final class UriOptions {

    private static final Set<?> NO_MAXIMUM = Set.of(Long.MAX_VALUE, Double.POSITIVE_INFINITY);

    private final String kind;
    private final URI uri;
    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * @param kind the kind of WAL, for messages
     * @throws InvalidRequestException if an option is given twice
     */
    public UriOptions(String kind, URI uri) {
        this.kind = kind;
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

    /** Refuses an option that is not in {@code known}. */
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

    /** Returns a size. Returns {@code absent}, unchecked, if the option is not given; so do the methods below. */
    public long bytes(String name, long absent, long smallest, long largest) {
        return within(name, absent, smallest, largest, Units::parseBytes);
    }

    public long number(String name, long absent, long smallest, long largest) {
        return within(name, absent, smallest, largest, text -> parse(text, Long::parseLong, "write a whole number"));
    }

    public double decimal(String name, double absent, double smallest, double largest) {
        return within(name, absent, smallest, largest, text -> parse(text, Double::parseDouble, "write a number"));
    }

    public Duration duration(String name, Duration absent, Duration smallest, Duration largest) {
        return within(name, absent, smallest, largest, Units::parseDuration);
    }

    /** Holds a single duration, or a range of durations that is written {@code 2ms..100ms}. */
    public record Range(Duration smallest, Duration largest) {

        public boolean isSingle() {
            return smallest.equals(largest);
        }
    }

    /** Returns a single duration or a range; both ends are within the limits. */
    public Range durations(String name, Duration absent, Duration smallest, Duration largest) {
        String text = values.get(name);
        int dots = text == null ? -1 : text.indexOf("..");
        if (text == null || dots < 0) {
            Duration single = duration(name, absent, smallest, largest);
            return new Range(single, single);
        }
        Duration from = checked(name, text.substring(0, dots), smallest, largest, Units::parseDuration);
        Duration to = checked(name, text.substring(dots + 2), smallest, largest, Units::parseDuration);
        if (from.compareTo(to) >= 0) {
            throw invalid(name, text, "write the shorter duration first, such as 2ms..100ms");
        }
        return new Range(from, to);
    }

    public boolean flag(String name) {
        String text = values.getOrDefault(name, "false");
        if (!text.equals("true") && !text.equals("false")) {
            throw invalid(name, text, "write true or false");
        }
        return text.equals("true");
    }

    private static <T> T parse(String text, Function<String, T> parser, String remedy) {
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(remedy, e);
        }
    }

    private <T extends Comparable<T>> T within(
            String name, T absent, T smallest, T largest, Function<String, T> parser) {
        String text = values.get(name);
        return text == null ? absent : checked(name, text, smallest, largest, parser);
    }

    private <T extends Comparable<T>> T checked(
            String name, String text, T smallest, T largest, Function<String, T> parser) {
        T value;
        try {
            value = parser.apply(text);
        } catch (InvalidRequestException e) {
            throw invalid(name, text, "" + e.getMessage(), e);
        }
        if (value.compareTo(smallest) < 0 || value.compareTo(largest) > 0) {
            throw invalid(
                    name, text, "write " + smallest + (NO_MAXIMUM.contains(largest) ? " or more" : " to " + largest));
        }
        return value;
    }

    public InvalidRequestException invalid(String name, @Nullable String value, String remedy) {
        return invalid(name, value, remedy, null);
    }

    public InvalidRequestException invalid(
            String name, @Nullable String value, String remedy, @Nullable Exception cause) {
        return new InvalidRequestException(
                kind + " WAL option " + name + "='" + (value == null ? null : SafeUri.value(name, value)) + "' in "
                        + SafeUri.of(uri) + ": " + remedy,
                cause);
    }
}
