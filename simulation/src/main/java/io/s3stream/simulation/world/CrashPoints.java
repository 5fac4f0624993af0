package io.s3stream.simulation.world;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The steps at which a node may die, with their probabilities. A rarer step has a higher probability, so that two
 * hundred seeds meet a crash at each step.
 */
public final class CrashPoints {

    private static final Map<String, Double> PROBABILITIES = probabilities();

    /** Every kind of fault that the world produces. */
    public static final List<String> FAULTS = List.of(
            "fault: request fails",
            "fault: response lost",
            "fault: request late",
            "fault: request repeated",
            "fault: read fails",
            "fault: delete fails",
            "fault: response to delete lost",
            "fault: delete late",
            "fault: key not deleted",
            "fault: disk write fails",
            "fault: failed write lands late",
            "fault: torn write",
            "fault: write lost in crash");

    /** Few take-overs reach these steps. */
    private static final Map<String, Double> LATE_IN_TAKE_OVER =
            Map.of("takeOver.sealed", 0.8, "takeOver.committed", 0.7, "takeOver.released", 1.0);

    /** Histories reach these steps so rarely that no probability would make a crash there frequent. */
    private static final Set<String> RARELY_REACHED = Set.of("crash at compact.rewrite");

    private CrashPoints() {}

    public static double probability(String step) {
        if (step.startsWith("takeOver.")) {
            return LATE_IN_TAKE_OVER.getOrDefault(step, 0.25);
        }
        return PROBABILITIES.getOrDefault(step, step.startsWith("switch.") ? 0.1 : 0.03);
    }

    /** Returns the faults and the crash steps that occurred less than {@code minimum} times. */
    public static SortedMap<String, Integer> metTooRarely(Map<String, Integer> counts, int minimum) {
        SortedMap<String, Integer> rare = new TreeMap<>();
        FAULTS.forEach(fault -> rare.put(fault, counts.getOrDefault(fault, 0)));
        PROBABILITIES.keySet().forEach(step -> {
            String crash = "crash at " + step;
            rare.put(crash, counts.getOrDefault(crash, 0));
        });
        rare.entrySet()
                .removeIf(met -> met.getValue() >= (RARELY_REACHED.contains(met.getKey()) ? minimum / 5 : minimum));
        return rare;
    }

    private static Map<String, Double> probabilities() {
        Map<String, Double> all = new TreeMap<>();
        List.of("append.issued", "append.durable").forEach(step -> all.put(step, 0.003));
        List.of("metadata.cas", "metadata.cas.done").forEach(step -> all.put(step, 0.004));
        List.of("metadata.fetch", "metadata.load", "metadata.head.read", "metadata.head.reread")
                .forEach(step -> all.put(step, 0.015));
        List.of("upload.frozen", "upload.put", "upload.commit", "upload.committed", "open.replayed")
                .forEach(step -> all.put(step, 0.015));
        List.of(
                        "open.locked",
                        "open.registered",
                        "open.fenced",
                        "open.sealed",
                        "open.committed",
                        "open.released",
                        "open.prepared",
                        "open.ready")
                .forEach(step -> all.put(step, 0.03));
        List.of("metadata.segment.put", "metadata.segment.put.done", "close.written", "close.uploaded")
                .forEach(step -> all.put(step, 0.06));
        List.of(
                        "collect.delete",
                        "collect.deleted",
                        "collect.forget",
                        "collect.forgotten",
                        "sweep.delete",
                        "sweep.deleted")
                .forEach(step -> all.put(step, 0.1));
        List.of("sweep.begin", "sweep.state").forEach(step -> all.put(step, 0.06));
        all.put("sweep.abort", 0.8);
        all.put("compact.retry", 0.25);
        all.put("metadata.cas.conflict", 0.12);
        List.of("compact.read", "compact.merge").forEach(step -> all.put(step, 0.025));
        all.put("compact.written", 0.06);
        all.put("compact.commit", 0.1);
        all.put("compact.committed", 0.13);
        all.put("sweep.deleted", 0.25);
        List.of("compact.join", "compact.rewrite", "compact.copy").forEach(step -> all.put(step, 0.7));
        List.of(
                        "metadata.checkpoint.put",
                        "metadata.checkpoint.put.done",
                        "metadata.batch.put",
                        "metadata.batch.put.done",
                        "metadata.delete",
                        "append.walFailed",
                        "wal.failed")
                .forEach(step -> all.put(step, 0.35));
        List.of("metadata.checkpoint.put.done", "wal.failed").forEach(step -> all.put(step, 0.6));
        return all;
    }
}
