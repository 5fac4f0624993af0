package io.s3stream.core.compact;

import io.s3stream.core.compact.CompactionTask.Kind;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.layout.BlockFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Selects the objects that a node compacts. A pure function of the state. Objects of similar size form a tier; each
 * tier is {@code fanout} times as large as the one below. As soon as a tier has {@code fanout} objects, they are merged
 * into one of the next tier. So each record is rewritten once per tier, and each tier keeps at most {@code fanout - 1}
 * objects, for any number of streams.
 *
 * <p>Each task reduces the number of objects or of dead bytes. So a state without other changes needs a finite number
 * of tasks.
 */
public final class CompactionPlanner {

    /** Size of an object without blocks: an empty index and the footer. */
    private static final long FRAME_BYTES = 56;

    /** Size of a block without its records: its header and its entry in the index. */
    private static final long BLOCK_OVERHEAD_BYTES = BlockFormat.HEADER_BYTES + 56;

    /** An object is rewritten once more than this fraction of its bytes is dead: 1/2. */
    private static final int DEAD_SHARE = 2;

    private final CompactionSettings settings;

    public CompactionPlanner(CompactionSettings settings) {
        this.settings = settings;
    }

    /**
     * Returns the tasks to do. No two tasks share an object.
     *
     * @param nodeId plans only the {@linkplain ObjectShare share} of this node
     * @param leftAlone accepts ids of objects that are excluded
     */
    public List<CompactionTask> plan(MetadataView view, int nodeId, LongPredicate leftAlone) {
        TreeMap<Integer, List<ObjectMetadata>> tiers = new TreeMap<>();
        List<ObjectMetadata> wasteful = new ArrayList<>();
        ObjectShare share = ObjectShare.of(view, nodeId);
        LongPredicate untouched = leftAlone.or(quarantined(view)::contains);
        view.forEachObject(object -> {
            if (!object.isRetired() && isShared(object) && share.has(object) && !untouched.test(object.id())) {
                if (isWasteful(object)) {
                    wasteful.add(object);
                } else if (object.liveBytes() <= settings.maxObjectBytes() / settings.fanout()) {
                    tiers.computeIfAbsent(tier(object.liveBytes()), tier -> new ArrayList<>())
                            .add(object);
                }
            }
        });
        List<CompactionTask> tasks = new ArrayList<>();
        for (Map.Entry<Integer, List<ObjectMetadata>> tier : tiers.entrySet()) {
            addGroups(tasks, Kind.MERGE, tier.getValue(), settings.fanout());
        }
        wasteful.sort(Comparator.comparingLong(ObjectMetadata::id));
        addGroups(tasks, Kind.REWRITE, wasteful, 1);
        view.forEachStream(stream -> {
            if (mayBeJoined(stream.ranges())) {
                addJoins(tasks, stream.ranges(), range -> stretchable(view, range, share, untouched));
            }
        });
        return tasks;
    }

    /** Returns objects with records that belong to no stream and must stay where they are [R37]. */
    private static Set<Long> quarantined(MetadataView view) {
        return view.quarantines().stream()
                .flatMap(quarantine -> quarantine.kept().stream())
                .map(Quarantine.Kept::objectId)
                .collect(Collectors.toSet());
    }

    /** Adds groups of {@code fanout} objects, oldest first, and the rest if it has at least {@code least} objects. */
    private void addGroups(List<CompactionTask> tasks, Kind kind, List<ObjectMetadata> objects, int least) {
        for (int from = 0; from < objects.size(); from += settings.fanout()) {
            int to = Math.min(from + settings.fanout(), objects.size());
            if (to - from >= least) {
                tasks.add(new CompactionTask(kind, objects.subList(from, to)));
            }
        }
    }

    /** Returns whether the object contains several streams, or is too small to count as a stream object. */
    private boolean isShared(ObjectMetadata object) {
        return object.liveRanges() > 1 || object.liveBytes() < settings.streamObjectBytes();
    }

    /**
     * Returns whether more bytes are dead than a rewritten object would waste. New blocks are at least half full on
     * average, so a rewritten object is never wasteful itself.
     */
    private boolean isWasteful(ObjectMetadata object) {
        long fullBlocks = 2 * (object.liveBytes() / settings.blockBytes() + 1);
        long overhead = FRAME_BYTES + BLOCK_OVERHEAD_BYTES * (object.liveRanges() + fullBlocks);
        return object.size() >= settings.blockBytes()
                && object.size() - object.liveBytes() - overhead > object.size() / DEAD_SHARE;
    }

    private int tier(long bytes) {
        int tier = 0;
        for (long limit = settings.blockBytes();
                bytes >= limit && limit <= Long.MAX_VALUE / settings.fanout();
                tier++) {
            limit *= settings.fanout();
        }
        return tier;
    }

    /** Maps a range to its object if the object may take part in a join. */
    private interface Stretchable {
        @Nullable
        ObjectMetadata objectOf(RangeList.Range range);
    }

    /**
     * Returns whether the stream has enough data for two objects of its own. Excludes most of a million streams
     * quickly.
     */
    private boolean mayBeJoined(RangeList ranges) {
        return ranges.size() > 1 && ranges.bytes(0, ranges.size()) / 2 >= settings.streamObjectBytes();
    }

    private @Nullable ObjectMetadata stretchable(
            MetadataView view, RangeList.Range range, ObjectShare share, LongPredicate leftAlone) {
        if (range.bytes() < settings.streamObjectBytes() || range.bytes() > maxJoinedBytes() / 2) {
            return null; // the range of a stream object covers the whole object
        }
        ObjectMetadata object = view.object(range.objectId());
        return object == null || isShared(object) || !share.has(object) || leftAlone.test(object.id()) ? null : object;
    }

    private long maxJoinedBytes() {
        return Math.min(settings.streamObjectMaxBytes(), settings.maxObjectBytes());
    }

    /** Adds joins within each stretch of neighbouring ranges whose stream objects are not yet large. */
    private void addJoins(List<CompactionTask> tasks, RangeList ranges, Stretchable inputs) {
        List<ObjectMetadata> stretch = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            ObjectMetadata object = inputs.objectOf(ranges.get(i));
            if (object != null) {
                stretch.add(object);
            } else {
                addJoins(tasks, stretch);
                stretch.clear();
            }
        }
        addJoins(tasks, stretch);
    }

    private void addJoins(List<CompactionTask> tasks, List<ObjectMetadata> stretch) {
        int at = 0;
        while (at < stretch.size()) {
            int end = endOfJoin(stretch, at);
            if (end > at) {
                tasks.add(new CompactionTask(
                        Kind.JOIN,
                        stretch.subList(at, end).stream()
                                .sorted(Comparator.comparingLong(ObjectMetadata::id))
                                .toList()));
                at = end;
            } else {
                at++;
            }
        }
    }

    /**
     * Returns the end of a join that begins at {@code from}, or {@code from} if there is none. A join has at least
     * {@code fanout} objects of this tier or lower ones, or enough objects to fill a large one.
     */
    private int endOfJoin(List<ObjectMetadata> stretch, int from) {
        int tier = tier(stretch.get(from).liveBytes());
        long bytes = 0;
        int to = from;
        while (to < stretch.size()) {
            long next = stretch.get(to).liveBytes();
            if (tier(next) > tier) {
                break;
            }
            if (bytes + next > maxJoinedBytes()) {
                return to - from > 1 && bytes >= maxJoinedBytes() / 2 ? to : from;
            }
            bytes += next;
            to++;
        }
        return to - from >= settings.fanout() ? to : from;
    }
}
