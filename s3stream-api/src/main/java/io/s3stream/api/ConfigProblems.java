package io.s3stream.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Checks the values of a configuration and collects all problems, for one report. Not thread-safe. */
final class ConfigProblems {

    private final List<String> problems = new ArrayList<>();

    /** Returns the problems in the order of the checks. */
    List<String> all() {
        return problems;
    }

    void atLeast(String name, long value, long minimum) {
        require(value >= minimum, name, value, "must be at least " + minimum);
    }

    void positive(String name, Duration value) {
        require(value.compareTo(Duration.ZERO) > 0, name, value, "must be longer than zero");
    }

    void notNegative(String name, Duration value) {
        require(!value.isNegative(), name, value, "must be zero (off) or longer");
    }

    void require(boolean holds, String name, Object value, String remedy) {
        if (!holds) {
            problems.add(name + "=" + value + ": " + remedy);
        }
    }
}
