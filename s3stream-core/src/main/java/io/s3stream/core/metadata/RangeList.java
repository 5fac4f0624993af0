package io.s3stream.core.metadata;

import java.util.ArrayList;
import java.util.List;

/**
 * The ranges of one stream in order, contiguous, as columns of longs: a range is 40 bytes and no object. An immutable
 * value; {@link #append} shares the arrays with the list it was made from, which keeps seeing its own length only.
 * Because of that sharing only the newest list of a line may be appended to, which is so by construction: the state
 * machine has one current state.
 */
public final class RangeList {

    /** Offsets {@code [start, end)} are in the object, with so many bytes. */
    public record Range(long start, long end, long objectId, long bytes, long maxTimestamp) {}

    private static final int COLUMNS = 5;

    public static final RangeList EMPTY = new RangeList(new long[0], 0, 0);

    private final long[] cells;
    private final int from;
    private final int to;

    private RangeList(long[] cells, int from, int to) {
        this.cells = cells;
        this.from = from;
        this.to = to;
    }

    public int size() {
        return to - from;
    }

    public boolean isEmpty() {
        return to == from;
    }

    public Range get(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("range " + index + " of " + size());
        }
        int cell = (from + index) * COLUMNS;
        return new Range(cells[cell], cells[cell + 1], cells[cell + 2], cells[cell + 3], cells[cell + 4]);
    }

    /** The index of the range that contains {@code offset}, or -1. */
    public int indexOf(long offset) {
        int low = from;
        int high = to - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (offset < cells[middle * COLUMNS]) {
                high = middle - 1;
            } else if (offset >= cells[middle * COLUMNS + 1]) {
                low = middle + 1;
            } else {
                return middle - from;
            }
        }
        return -1;
    }

    /** How many ranges lie wholly below {@code offset}; they are the first ones. */
    int countEndingAtOrBefore(long offset) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cells[middle * COLUMNS + 1] <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - from;
    }

    /** Exactly these ranges; for a decoder that knows how many there are. */
    static RangeList of(List<Range> ranges) {
        RangeList list = new RangeList(new long[ranges.size() * COLUMNS], 0, 0);
        for (Range range : ranges) {
            list = list.append(range);
        }
        return list;
    }

    /** With one more range at the end. */
    RangeList append(Range range) {
        long[] target = cells;
        if ((to + 1) * COLUMNS > cells.length) {
            int live = size();
            target = new long[Math.max(2, live + (live >> 1) + 1) * COLUMNS];
            System.arraycopy(cells, from * COLUMNS, target, 0, live * COLUMNS);
            return new RangeList(target, 0, live).append(range);
        }
        int cell = to * COLUMNS;
        target[cell] = range.start();
        target[cell + 1] = range.end();
        target[cell + 2] = range.objectId();
        target[cell + 3] = range.bytes();
        target[cell + 4] = range.maxTimestamp();
        return new RangeList(target, from, to + 1);
    }

    /** Without the first {@code count} ranges. */
    RangeList withoutFirst(int count) {
        return count == 0 ? this : count == size() ? EMPTY : new RangeList(cells, from + count, to);
    }

    /** All of them, for tools. */
    public List<Range> toList() {
        List<Range> ranges = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            ranges.add(get(i));
        }
        return ranges;
    }
}
