package io.s3stream.core.verify;

import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The ranges in each object, for all objects of one state: 20 bytes a range. Immutable. */
final class RangesByObject {

    /** A range and its stream. */
    record Use(StreamMetadata stream, RangeList.Range range) {}

    private final List<StreamMetadata> streams;
    private final long[] objectIds; // of each range, sorted
    private final long[] places; // of each range: index of the stream << 32 | index in the stream's list

    RangesByObject(List<StreamMetadata> streams) {
        this.streams = List.copyOf(streams);
        long total = 0;
        for (StreamMetadata stream : this.streams) {
            total += stream.ranges().size();
        }
        int count = Math.toIntExact(total);
        long[] ids = new long[count];
        int at = 0;
        for (StreamMetadata stream : this.streams) {
            for (int i = 0; i < stream.ranges().size(); i++) {
                ids[at++] = stream.ranges().get(i).objectId();
            }
        }
        Arrays.sort(ids);
        this.objectIds = ids;
        this.places = new long[count];
        int[] placed = new int[count]; // at the first place of an object: how many of its ranges were placed
        for (int s = 0; s < this.streams.size(); s++) {
            RangeList ranges = this.streams.get(s).ranges();
            for (int r = 0; r < ranges.size(); r++) {
                int first = first(ranges.get(r).objectId());
                places[first + placed[first]++] = (long) s << 32 | r;
            }
        }
    }

    int ranges() {
        return places.length;
    }

    /** Returns the ranges in an object, by stream and offset. */
    List<Use> of(long objectId) {
        List<Use> uses = new ArrayList<>();
        for (int i = first(objectId); i < objectIds.length && objectIds[i] == objectId; i++) {
            StreamMetadata stream = streams.get((int) (places[i] >>> 32));
            uses.add(new Use(stream, stream.ranges().get((int) places[i])));
        }
        return uses;
    }

    private int first(long objectId) {
        int low = 0;
        int high = objectIds.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (objectIds[middle] < objectId) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
