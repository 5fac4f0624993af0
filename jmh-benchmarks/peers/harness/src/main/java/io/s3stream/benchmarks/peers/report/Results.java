package io.s3stream.benchmarks.peers.report;

import io.s3stream.benchmarks.peers.worker.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The runs of all contenders, in the order in which they were declared. Confined to the thread of the program. */
public final class Results {

    private final double quiet;
    private final Map<String, String> descriptions = new LinkedHashMap<>();
    private final Map<String, Map<Workload, List<Run>>> runs = new LinkedHashMap<>();

    /** @param quiet maximum share of the machine that other work may use during a run that counts */
    public Results(double quiet) {
        this.quiet = quiet;
    }

    /** Adds a contender, so that the report has its row in any case. */
    public void declare(String contender, String description) {
        descriptions.put(contender, description);
        runs.put(contender, new LinkedHashMap<>());
    }

    public void add(String contender, Workload workload, Run run) {
        Map<Workload, List<Run>> own = runs.get(contender);
        if (own == null) {
            throw new IllegalArgumentException("contender " + contender + " was not declared");
        }
        own.computeIfAbsent(workload, key -> new ArrayList<>()).add(run);
    }

    List<String> contenders() {
        return List.copyOf(descriptions.keySet());
    }

    String description(String contender) {
        return descriptions.getOrDefault(contender, "");
    }

    /** Returns the measured record sizes without a rate, in ascending order. */
    List<Workload> sizes() {
        TreeSet<Integer> sizes = new TreeSet<>();
        runs.values()
                .forEach(own -> own.keySet().forEach(workload -> {
                    if (!workload.isPaced()) {
                        sizes.add(workload.recordBytes());
                    }
                }));
        return sizes.stream().map(size -> new Workload(size, 0)).toList();
    }

    /** Returns the measured load with a rate, if there is one. */
    @Nullable
    Workload paced() {
        return runs.values().stream()
                .flatMap(own -> own.keySet().stream())
                .filter(Workload::isPaced)
                .findFirst()
                .orElse(null);
    }

    /** Returns nothing if the contender never ran this load. */
    @Nullable
    Summary summary(String contender, Workload workload) {
        List<Run> own = runs.getOrDefault(contender, Map.of()).get(workload);
        return own == null ? null : Summary.of(own, quiet);
    }
}
