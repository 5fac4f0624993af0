package io.s3stream.benchmarks.peers.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The data of a bar chart with a logarithmic axis.
 *
 * @param file name of the picture
 * @param groups labels of the groups of bars
 */
record Plot(String file, String title, List<String> groups, List<Series> series) {

    /**
     * The bars of one contender.
     *
     * @param bars one for each group; null where there is no figure
     */
    record Series(String name, List<@Nullable Spread> bars) {}
}
