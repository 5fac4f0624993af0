package io.s3stream.cli.bench.isolation;

import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.cli.terminal.Futures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Streams that exist in the metadata only, and commits that change their tags. Used by one thread. */
final class MetadataTraffic {

    private static final int IN_FLIGHT = 4;
    /** The changes of a small commit. It is shorter than the limit at which a batch becomes an object of its own. */
    private static final int SMALL = 80;

    private static final int SMALL_TAG_BYTES = 64;
    private static final int LARGE_TAG_BYTES = 1024;
    private static final String TAG = "t";

    private final StreamStore store;
    private final List<Long> small = new ArrayList<>();
    private final List<Long> large = new ArrayList<>();
    private Map<String, String> smallTags = Map.of();
    private Map<String, String> largeTags = Map.of();
    private int commits;

    MetadataTraffic(StreamStore store) {
        this.store = store;
    }

    /** Creates the streams, {@link MetadataChange#MAX_CHANGES} in a commit. */
    void create(int streams) {
        String prefix = "metadata-" + Long.toHexString(System.nanoTime()) + "-"; // new, also in a store that is not
        Deque<CompletableFuture<List<Long>>> creating = new ArrayDeque<>();
        for (int from = 0; from < streams; from += MetadataChange.MAX_CHANGES) {
            List<MetadataChange> changes = new ArrayList<>();
            for (int i = from; i < Math.min(streams, from + MetadataChange.MAX_CHANGES); i++) {
                changes.add(MetadataChange.create(prefix + i, Map.of()));
            }
            creating.add(store.commit(changes));
            if (creating.size() == IN_FLIGHT) {
                keep(Futures.await(creating.remove()));
            }
        }
        creating.forEach(created -> keep(Futures.await(created)));
    }

    private void keep(List<Long> ids) {
        for (long id : ids) {
            if (small.size() < SMALL) {
                small.add(id);
            } else if (large.size() < MetadataChange.MAX_CHANGES) {
                large.add(id);
            }
        }
    }

    /** Makes a commit that stays in the head of the metadata until a segment is sealed. */
    CompletableFuture<List<Long>> commitSmall() {
        Map<String, String> next = tags(SMALL_TAG_BYTES);
        Map<String, String> present = smallTags;
        smallTags = next;
        return store.commit(small.stream()
                .map(id -> MetadataChange.updateTags(id, present, next))
                .toList());
    }

    /** Makes a commit of up to 2 MB, so that segments grow. Does nothing if there are few streams. */
    CompletableFuture<List<Long>> commitLarge() {
        Map<String, String> next = tags(LARGE_TAG_BYTES);
        Map<String, String> present = largeTags;
        largeTags = next;
        return store.commit(large.stream()
                .map(id -> MetadataChange.updateTags(id, present, next))
                .toList());
    }

    private Map<String, String> tags(int bytes) {
        String number = String.valueOf(commits++);
        return Map.of(TAG, number + "x".repeat(bytes - number.length()));
    }
}
