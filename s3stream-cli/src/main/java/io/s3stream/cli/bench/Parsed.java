package io.s3stream.cli.bench;

import io.s3stream.api.text.Units;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;

/** Parses sizes and durations of options, in the notation of the library. */
public final class Parsed {

    private Parsed() {}

    public static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return Units.parseBytes(text);
        }
    }

    public static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Units.parseDuration(text);
        }
    }
}
