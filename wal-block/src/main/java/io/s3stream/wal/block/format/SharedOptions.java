package io.s3stream.wal.block.format;

import io.s3stream.wal.common.UriOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The additional options of a URI with {@code mode=shared}.
 *
 * @param extentBytes the space of one generation, decided when the device is formatted; 0 if not given
 * @param cells the maximum number of openings, decided when the device is formatted; 0 if not given
 * @param writersGone the operator's word that the I/O of these writers has ended
 */
public record SharedOptions(long extentBytes, int cells, Set<Writer> writersGone) {

    public static final String EXTENT = "extent";
    public static final String CELLS = "cells";
    static final String WRITERS_GONE = "writersGone";
    static final List<String> NAMES = List.of(EXTENT, CELLS, WRITERS_GONE);

    static final int MAX_CELLS = 1 << 24;

    /** The writer of one generation, in text {@code node:walEpoch}. */
    public record Writer(int node, long walEpoch) {

        @Override
        public String toString() {
            return node + ":" + walEpoch;
        }
    }

    static SharedOptions parse(UriOptions options) {
        return new SharedOptions(
                options.bytes(EXTENT, 0, SharedLayout.MIN_EXTENT_BYTES, Long.MAX_VALUE),
                (int) options.number(CELLS, 0, 1, MAX_CELLS),
                writers(options));
    }

    private static Set<Writer> writers(UriOptions options) {
        Set<Writer> writers = new LinkedHashSet<>();
        String text = options.text(WRITERS_GONE);
        if (text == null) {
            return writers;
        }
        for (String part : text.split(",")) {
            int colon = part.indexOf(':');
            try {
                writers.add(new Writer(
                        Integer.parseInt(part.substring(0, Math.max(colon, 0))),
                        Long.parseLong(part.substring(colon + 1))));
            } catch (NumberFormatException e) {
                throw options.invalid(
                        WRITERS_GONE,
                        text,
                        "write node:walEpoch of each writer, separated by commas, as in 3:131072",
                        e);
            }
        }
        return writers;
    }
}
