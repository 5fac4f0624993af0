package io.s3stream.core.metadata.state;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Values by ids that come from a counter, in pages. In a full page a value costs one reference, without a key or a
 * node. A sparse page has room for its values only, so memory grows with the values and not with the distance between
 * ids. A single writer and any number of concurrent readers use it. Iterates by ascending id.
 */
@SuppressWarnings("ReferenceEquality") // identity is meant
public final class IdTable<V> {

    private static final int PAGE_BITS = 8;
    private static final int PAGE_SIZE = 1 << PAGE_BITS;
    /** A page with more values than this has room for all of its ids. */
    private static final int MAX_SPARSE = 32;

    private final ConcurrentSkipListMap<Long, Page<V>> pages = new ConcurrentSkipListMap<>();

    @Nullable
    V get(long id) {
        Page<V> page = pages.get(id >> PAGE_BITS);
        return page == null ? null : page.get(slot(id));
    }

    void put(long id, V value) {
        Page<V> page = pages.get(id >> PAGE_BITS);
        Page<V> next = page == null ? SparsePage.of(slot(id), value) : page.with(slot(id), value);
        if (next != page) {
            pages.put(id >> PAGE_BITS, next);
        }
    }

    void remove(long id) {
        Page<V> page = pages.get(id >> PAGE_BITS);
        if (page == null) {
            return;
        }
        Page<V> next = page.without(slot(id));
        if (next.size() == 0) {
            pages.remove(id >> PAGE_BITS);
        } else if (next != page) {
            pages.put(id >> PAGE_BITS, next);
        }
    }

    public void forEach(Consumer<? super V> action) {
        pages.values().forEach(page -> page.forEach(action));
    }

    /** Each value with an id greater than {@code id}, until {@code action} returns false. */
    void forEachAfter(long id, Predicate<? super V> action) {
        if (id == Long.MAX_VALUE) {
            return;
        }
        long from = id + 1;
        for (Map.Entry<Long, Page<V>> entry :
                pages.tailMap(from >> PAGE_BITS, true).entrySet()) {
            int first = entry.getKey() == from >> PAGE_BITS ? slot(from) : 0;
            for (int slot = first; slot < PAGE_SIZE; slot++) {
                V value = entry.getValue().get(slot);
                if (value != null && !action.test(value)) {
                    return;
                }
            }
        }
    }

    /** Returns the number of values; for the writer. */
    public long size() {
        return pages.values().stream().mapToLong(Page::size).sum();
    }

    /** Returns the number of values that fit without growing; for the writer. */
    long capacity() {
        return pages.values().stream().mapToLong(Page::capacity).sum();
    }

    private static int slot(long id) {
        return (int) (id & (PAGE_SIZE - 1));
    }

    /** The values of {@value #PAGE_SIZE} consecutive ids. */
    private interface Page<V> {

        @Nullable
        V get(int slot);

        /** Returns the page with the value. Returns this page if the change is safe for concurrent readers. */
        Page<V> with(int slot, V value);

        Page<V> without(int slot);

        public void forEach(Consumer<? super V> action);

        public int size();

        int capacity();
    }

    /** Immutable. Slots ascend. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record SparsePage<V>(int[] slots, Object[] values) implements Page<V> {

        static <V> SparsePage<V> of(int slot, V value) {
            return new SparsePage<>(new int[] {slot}, new Object[] {value});
        }

        @Override
        @SuppressWarnings("unchecked") // contains only values of the table
        @Nullable
        public V get(int slot) {
            int index = Arrays.binarySearch(slots, slot);
            return index < 0 ? null : (V) values[index];
        }

        @Override
        public Page<V> with(int slot, V value) {
            int index = Arrays.binarySearch(slots, slot);
            if (index >= 0) {
                Object[] changed = values.clone();
                changed[index] = value;
                return new SparsePage<>(slots, changed);
            }
            return slots.length == MAX_SPARSE ? dense().with(slot, value) : inserted(-index - 1, slot, value);
        }

        private SparsePage<V> inserted(int index, int slot, V value) {
            int[] longerSlots = Arrays.copyOf(slots, slots.length + 1);
            Object[] longer = Arrays.copyOf(values, values.length + 1);
            System.arraycopy(slots, index, longerSlots, index + 1, slots.length - index);
            System.arraycopy(values, index, longer, index + 1, values.length - index);
            longerSlots[index] = slot;
            longer[index] = value;
            return new SparsePage<>(longerSlots, longer);
        }

        @SuppressWarnings("unchecked") // contains only values of the table
        private DensePage<V> dense() {
            DensePage<V> page = new DensePage<>();
            for (int i = 0; i < slots.length; i++) {
                page.with(slots[i], (V) values[i]);
            }
            return page;
        }

        @Override
        public Page<V> without(int slot) {
            int index = Arrays.binarySearch(slots, slot);
            if (index < 0) {
                return this;
            }
            int[] fewerSlots = new int[slots.length - 1];
            Object[] fewer = new Object[values.length - 1];
            System.arraycopy(slots, 0, fewerSlots, 0, index);
            System.arraycopy(values, 0, fewer, 0, index);
            System.arraycopy(slots, index + 1, fewerSlots, index, fewer.length - index);
            System.arraycopy(values, index + 1, fewer, index, fewer.length - index);
            return new SparsePage<>(fewerSlots, fewer);
        }

        @Override
        @SuppressWarnings("unchecked") // contains only values of the table
        public void forEach(Consumer<? super V> action) {
            for (Object value : values) {
                action.accept((V) value);
            }
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public int capacity() {
            return values.length;
        }
    }

    /** The writer changes it in place. */
    private static final class DensePage<V> implements Page<V> {
        private final AtomicReferenceArray<@Nullable V> values = new AtomicReferenceArray<>(PAGE_SIZE);
        private int used;

        @Override
        @Nullable
        public V get(int slot) {
            return values.get(slot);
        }

        @Override
        public Page<V> with(int slot, V value) {
            if (values.getAndSet(slot, value) == null) {
                used++;
            }
            return this;
        }

        @Override
        public Page<V> without(int slot) {
            if (values.getAndSet(slot, null) != null && --used == MAX_SPARSE / 2) {
                return sparse();
            }
            return this;
        }

        private SparsePage<V> sparse() {
            int[] slots = new int[used];
            Object[] left = new Object[used];
            int count = 0;
            for (int i = 0; i < PAGE_SIZE; i++) {
                V value = values.get(i);
                if (value != null) {
                    slots[count] = i;
                    left[count++] = value;
                }
            }
            return new SparsePage<>(slots, left);
        }

        @Override
        public void forEach(Consumer<? super V> action) {
            for (int i = 0; i < PAGE_SIZE; i++) {
                V value = values.get(i);
                if (value != null) {
                    action.accept(value);
                }
            }
        }

        @Override
        public int size() {
            return used;
        }

        @Override
        public int capacity() {
            return PAGE_SIZE;
        }
    }
}
