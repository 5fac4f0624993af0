package io.s3stream.core.metadata;

import java.util.Arrays;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The epochs of the readable records of one stream, each with its first offset. Both ascend. An immutable value of two
 * longs an epoch. A list has at most {@value #MAX_EPOCHS} epochs: a later epoch replaces the oldest.
 */
public final class EpochList {

    /** The maximum number of epochs that the metadata keep of a stream. */
    public static final int MAX_EPOCHS = 1024;

    private static final int COLUMNS = 2;

    public static final EpochList EMPTY = new EpochList(new long[0]);

    private final long[] cells; // epoch, first offset

    private EpochList(long[] cells) {
        this.cells = cells;
    }

    public int size() {
        return cells.length / COLUMNS;
    }

    public boolean isEmpty() {
        return cells.length == 0;
    }

    public long epoch(int index) {
        return cells[index * COLUMNS];
    }

    /** The first readable offset of the epoch. */
    public long firstOffset(int index) {
        return cells[index * COLUMNS + 1];
    }

    /**
     * With records of {@code epoch} from {@code firstOffset} on. Records of the last epoch, or of an older one, change
     * nothing.
     *
     * @throws IllegalArgumentException if the offset is not greater than that of the last epoch
     */
    public EpochList with(long epoch, long firstOffset) {
        int last = size() - 1;
        if (last >= 0 && epoch <= epoch(last)) {
            return this;
        }
        if (last >= 0 && firstOffset <= firstOffset(last)) {
            throw new IllegalArgumentException("epoch " + epoch + " from offset " + firstOffset + ", epoch "
                    + epoch(last) + " begins at " + firstOffset(last));
        }
        int dropped = size() == MAX_EPOCHS ? COLUMNS : 0;
        long[] more = Arrays.copyOfRange(cells, dropped, cells.length + COLUMNS);
        more[more.length - 2] = epoch;
        more[more.length - 1] = firstOffset;
        return new EpochList(more);
    }

    /** Without the epochs that have no record at or after {@code start}. */
    EpochList from(long start) {
        int first = 0;
        while (first + 1 < size() && firstOffset(first + 1) <= start) {
            first++;
        }
        if (isEmpty() || firstOffset(0) >= start) {
            return this;
        }
        long[] fewer = Arrays.copyOfRange(cells, first * COLUMNS, cells.length);
        fewer[1] = Math.max(fewer[1], start);
        return new EpochList(fewer);
    }

    /** Epochs to first offsets, ascending and unmodifiable. */
    public NavigableMap<Long, Long> toMap() {
        NavigableMap<Long, Long> map = new TreeMap<>();
        for (int i = 0; i < size(); i++) {
            map.put(epoch(i), firstOffset(i));
        }
        return Collections.unmodifiableNavigableMap(map);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EpochList list && Arrays.equals(list.cells, cells);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cells);
    }

    /** For people. */
    @Override
    public String toString() {
        return toMap().toString();
    }
}
