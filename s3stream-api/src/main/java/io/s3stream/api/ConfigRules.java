package io.s3stream.api;

import java.time.Duration;
import java.util.List;

/** Rules for values of a configuration. Each adds a problem, with the remedy, if its rule does not hold. Stateless. */
final class ConfigRules {

    private ConfigRules() {}

    static void atLeast(List<String> problems, String name, long value, long minimum) {
        require(problems, value >= minimum, name, value, "must be at least " + minimum);
    }

    static void positive(List<String> problems, String name, Duration value) {
        require(problems, value.compareTo(Duration.ZERO) > 0, name, value, "must be longer than zero");
    }

    static void notNegative(List<String> problems, String name, Duration value) {
        require(problems, !value.isNegative(), name, value, "must be zero (off) or longer");
    }

    static void require(List<String> problems, boolean holds, String name, Object value, String remedy) {
        if (!holds) {
            problems.add(name + "=" + value + ": " + remedy);
        }
    }
}
