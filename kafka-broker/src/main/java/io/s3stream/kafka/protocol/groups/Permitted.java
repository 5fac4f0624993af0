package io.s3stream.kafka.protocol.groups;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The names of a request, divided by the rights of the client.
 *
 * @param permitted names that the coordinator is asked for
 * @param refused names that are answered with an error of authorization
 */
record Permitted(List<String> permitted, List<String> refused) {

    static Permitted of(List<String> names, Predicate<String> isPermitted) {
        Map<Boolean, List<String>> parts = names.stream().collect(Collectors.partitioningBy(isPermitted));
        return new Permitted(parts.getOrDefault(true, List.of()), parts.getOrDefault(false, List.of()));
    }
}
