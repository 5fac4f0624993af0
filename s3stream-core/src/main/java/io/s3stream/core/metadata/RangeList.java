package io.s3stream.core.metadata;

import java.util.ArrayList;
import java.util.List;

/**
 * The ranges of one stream in order, contiguous, as columns of longs: a range is 32 bytes and no object. An immutable
 * value. {@link #append} shares the arrays with the older list, which sees only its own length. Because of that sharing
 * only the newest list may be appended to. The state machine has one current state and so ensures that. {@link
 * #replace} copies.
 *
 * <p>A row holds the beginning of a range: its first offset and the record bytes of all earlier ranges. The next row's
 * beginning is its end, and any sum of bytes is one subtraction. Each full chunk of rows has its greatest timestamp, so
 * that a search can skip it.
 */
public final class RangeList {

    /**
     * The object has the offsets {@code [start, end)}.
     *
     * @param bytes of their records, headers included
     * @param maxTimestamp the greatest of their batches
     */
    public record Range(long start, long end, long objectId, long bytes, long maxTimestamp) {}

    private static final int START = 0;
    private static final int BYTES_BEFORE = 1;
    private static final int OBJECT = 2;
    private static final int TIMESTAMP = 3;
    private static final int COLUMNS = 4;

    /** Cells of the row behind the last range; it only holds the end of that range. */
    private static final int END_CELLS = 2;

    private static final int CHUNK = 64;

    private static final long[] NO_MAXIMA = new long[0];

    public static final RangeList EMPTY = new RangeList(new long[END_CELLS], NO_MAXIMA, 0, 0);

    private final long[] cells;
    private final long[] maxima; // of rows [CHUNK * i, CHUNK * (i + 1)), once all of them exist
    private final int from;
    private final int to;

    private RangeList(long[] cells, long[] maxima, int from, int to) {
        this.cells = cells;
        this.maxima = maxima;
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
        int row = from + index;
        return new Range(
                cell(row, START),
                cell(row + 1, START),
                cell(row, OBJECT),
                cell(row + 1, BYTES_BEFORE) - cell(row, BYTES_BEFORE),
                cell(row, TIMESTAMP));
    }

    /** Returns the record bytes of ranges {@code [first, end)}. */
    public long bytes(int first, int end) {
        return cell(from + end, BYTES_BEFORE) - cell(from + first, BYTES_BEFORE);
    }

    /** Returns the first range at or after {@code index} with a timestamp of at least {@code timestamp}, or -1. */
    public int firstReaching(int index, long timestamp) {
        int row = from + index;
        while (row < to) {
            if (row % CHUNK == 0 && row + CHUNK <= to && maxima[row / CHUNK] < timestamp) {
                row += CHUNK;
            } else if (cell(row, TIMESTAMP) >= timestamp) {
                return row - from;
            } else {
                row++;
            }
        }
        return -1;
    }

    /** Returns the greatest timestamp of the ranges from {@code index} on; {@link Long#MIN_VALUE} without a range. */
    public long maxTimestamp(int index) {
        long greatest = Long.MIN_VALUE;
        int row = from + index;
        while (row < to) {
            if (row % CHUNK == 0 && row + CHUNK <= to) {
                greatest = Math.max(greatest, maxima[row / CHUNK]);
                row += CHUNK;
            } else {
                greatest = Math.max(greatest, cell(row, TIMESTAMP));
                row++;
            }
        }
        return greatest;
    }

    /** Returns the index of the range that contains {@code offset}, or -1. */
    public int indexOf(long offset) {
        int index = countEndingAtOrBefore(offset);
        return index < size() && cell(from + index, START) <= offset ? index : -1;
    }

    /** Returns the number of ranges that lie wholly below {@code offset}; they are the first ones. */
    public int countEndingAtOrBefore(long offset) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cell(middle + 1, START) <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - from;
    }

    /** Returns a list of these ranges, with room for exactly them. */
    public static RangeList of(List<Range> ranges) {
        RangeList list = ranges.isEmpty() ? EMPTY : withRoomFor(ranges.size());
        for (Range range : ranges) {
            list = list.append(range);
        }
        return list;
    }

    /**
     * Returns a list with one more range at the end.
     *
     * @throws IllegalArgumentException if it does not begin where the last one ends
     */
    public RangeList append(Range range) {
        if (!isEmpty() && range.start() != cell(to, START)) {
            throw new IllegalArgumentException(range + " does not begin at " + cell(to, START));
        }
        if ((to + 1) * COLUMNS + END_CELLS > cells.length) {
            return copyWithRoomFor(Math.max(2, size() + (size() >> 1) + 1)).append(range);
        }
        if (isEmpty()) {
            set(to, START, range.start());
        }
        set(to, OBJECT, range.objectId());
        set(to, TIMESTAMP, range.maxTimestamp());
        set(to + 1, START, range.end());
        set(to + 1, BYTES_BEFORE, cell(to, BYTES_BEFORE) + range.bytes());
        if ((to + 1) % CHUNK == 0) {
            maxima[to / CHUNK] = maximumOfChunkEndingAt(to + 1);
        }
        return new RangeList(cells, maxima, from, to + 1);
    }

    /** Returns a list without the first {@code count} ranges. */
    public RangeList withoutFirst(int count) {
        return count == 0 ? this : count == size() ? EMPTY : new RangeList(cells, maxima, from + count, to);
    }

    /**
     * Returns a list with {@code range} in the place of ranges {@code [first, end)}, which must end where it ends. The
     * range must begin where the previous range ends, if there is one. The result is a copy and shares nothing with
     * this list.
     */
    public RangeList replace(int first, int end, Range range) {
        if (first < 0 || first >= end || end > size() || range.end() != cell(from + end, START)) {
            throw new IllegalArgumentException(range + " cannot replace [" + first + ", " + end + ") of " + size());
        }
        RangeList list = withRoomFor(first + 1 + size() - end);
        for (int i = 0; i < first; i++) {
            list = list.append(get(i));
        }
        list = list.append(range);
        for (int i = end; i < size(); i++) {
            list = list.append(get(i));
        }
        return list;
    }

    /** Returns all ranges, for tools. */
    public List<Range> toList() {
        List<Range> ranges = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            ranges.add(get(i));
        }
        return ranges;
    }

    private RangeList copyWithRoomFor(int ranges) {
        RangeList copy = withRoomFor(ranges);
        System.arraycopy(cells, from * COLUMNS, copy.cells, 0, size() * COLUMNS + END_CELLS);
        for (int row = CHUNK; row <= size(); row += CHUNK) {
            copy.maxima[row / CHUNK - 1] = copy.maximumOfChunkEndingAt(row);
        }
        return new RangeList(copy.cells, copy.maxima, 0, size());
    }

    private static RangeList withRoomFor(int ranges) {
        return new RangeList(
                new long[Math.addExact(Math.multiplyExact(ranges, COLUMNS), END_CELLS)],
                ranges < CHUNK ? NO_MAXIMA : new long[ranges / CHUNK],
                0,
                0);
    }

    private long maximumOfChunkEndingAt(int end) {
        long maximum = Long.MIN_VALUE;
        for (int row = end - CHUNK; row < end; row++) {
            maximum = Math.max(maximum, cell(row, TIMESTAMP));
        }
        return maximum;
    }

    private long cell(int row, int column) {
        return cells[row * COLUMNS + column];
    }

    private void set(int row, int column, long value) {
        cells[row * COLUMNS + column] = value;
    }
}
