package io.s3stream.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.simulation.world.SimEngine;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class ClusterSimulationTest {

    private static final int SEEDS = 150;

    @Test
    void recordsAcknowledgedByAnyNodeSurviveEverything() {
        Long only = Long.getLong("sim.seed");
        int seeds = only != null ? 1 : Integer.getInteger("sim.seeds", SEEDS);
        SortedMap<String, Integer> counts = ClusterCampaign.run(
                only != null ? only : Long.getLong("sim.firstSeed", 1), seeds, ClusterCampaign.ACTIONS);
        counts.forEach((what, n) -> System.out.printf("%8d  %s%n", n, what));
        if (seeds >= SEEDS) {
            assertThat(counts).containsKeys(FAULTS.toArray(String[]::new));
            assertThat(counts.keySet()).containsAnyElementsOf(FATES);
            for (String step : List.of("locked", "registered", "fenced", "replayed", "sealed", "committed")) {
                assertThat(counts).containsKey("crash at takeOver." + step);
            }
            assertThat(counts.get("stream LINEARIZABLE")).isGreaterThan(2 * SEEDS);
            assertThat(counts.getOrDefault("stream UNDECIDED", 0)).isLessThan(SEEDS / 4);
            assertThat(counts.get("acknowledged")).isGreaterThan(20 * SEEDS);
        }
    }

    @Test
    void sameSeedGivesSameHistory() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(ClusterCampaign.run(seed, ClusterCampaign.ACTIONS, SimEngine::new)
                            .trace())
                    .isEqualTo(ClusterCampaign.run(seed, ClusterCampaign.ACTIONS, SimEngine::new)
                            .trace());
        }
    }

    /** The events that the histories of every build contain. */
    private static final List<String> FAULTS = List.of(
            "crash",
            "pause",
            "rival",
            "replaced while paused",
            "take-over",
            "taken over",
            "moved",
            "stream sealed",
            "node removed",
            "removal refused",
            "appendAll",
            "outcome unknown",
            "fetch read-only",
            "switch done",
            "host: call cancelled",
            "host: listener throws",
            "host: ill-formed null name",
            "host: ill-formed unpaired surrogate",
            "host: unreadable payload",
            "host: buffer moved",
            "closed after an error",
            "odd answer: damaged meta",
            "odd answer: missing meta",
            "fault: outage",
            "fault: register set back",
            "commit on a register that was set back",
            "fault: cut off",
            "fault: effect held by pause",
            "fault: receives no answers",
            "fault: late and repeated",
            "fault: lock lost",
            "fault: request fails",
            "fault: request hangs",
            "fault: request late",
            "fault: request repeated",
            "fault: response lost",
            "fault: slow node",
            "fault: wall clock jumps");

    /** The fates of a write in flight at a crash. Every build meets one of them. */
    private static final List<String> FATES =
            List.of("fault: write lost in crash", "fault: torn write", "fault: operation lands late");
}
