package io.s3stream.api.text;

import io.s3stream.api.errors.InvalidRequestException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and durations as text, the same in options, URIs and command lines. */
public final class Units {

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("\\s*(\\d{1,18})\\s*([A-Za-z]*)\\s*");

    private Units() {}

    /** {@code 4096}, {@code 64KiB}, {@code 10MiB}, {@code 1GiB} (also {@code K}, {@code KB}, …: powers of 1024). */
    public static long parseBytes(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidRequestException("'" + text + "' is not a size; write for example 64MiB");
        }
        long factor = switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
            case "", "B" -> 1L;
            case "K", "KB", "KIB" -> 1L << 10;
            case "M", "MB", "MIB" -> 1L << 20;
            case "G", "GB", "GIB" -> 1L << 30;
            case "T", "TB", "TIB" -> 1L << 40;
            default ->
                throw new InvalidRequestException("'" + text + "' has an unknown unit; use B, KiB, MiB, GiB or TiB");
        };
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
        } catch (ArithmeticException e) {
            throw new InvalidRequestException("'" + text + "' is too large");
        }
    }

    /** {@code true} or {@code false}. */
    public static boolean parseBoolean(String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidRequestException("'" + text + "' is neither true nor false");
        };
    }

    /** {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h} or ISO-8601 as {@code PT10S}. */
    public static Duration parseDuration(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        try {
            if (!matcher.matches()) {
                return Duration.parse(text.trim());
            }
            long value = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                case "us" -> Duration.ofNanos(Math.multiplyExact(value, 1000L));
                case "ms" -> Duration.ofMillis(value);
                case "s" -> Duration.ofSeconds(value);
                case "m", "min" -> Duration.ofMinutes(value);
                case "h" -> Duration.ofHours(value);
                default -> throw new InvalidRequestException("'" + text + "' needs a unit: us, ms, s, m or h");
            };
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new InvalidRequestException("'" + text + "' is not a duration; write for example 500ms or 10s", e);
        }
    }
}
