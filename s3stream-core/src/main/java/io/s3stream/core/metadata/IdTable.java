package io.s3stream.core.metadata;

import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values by ids that come from a counter, in pages: a value costs one reference, no key and no node. One writer, any number
 * of readers at the same time; iteration is by ascending id.
 */
final class IdTable<V> {

    private static final int PAGE_BITS = 8;
    private static final int PAGE_SIZE = 1 << PAGE_BITS;

    private final ConcurrentSkipListMap<Long, Page<V>> pages = new ConcurrentSkipListMap<>();

    @Nullable
    V get(long id) {
        Page<V> page = pages.get(id >> PAGE_BITS);
        return page == null ? null : page.values.get(slot(id));
    }

    void put(long id, V value) {
        Page<V> page = pages.get(id >> PAGE_BITS);
        if (page == null) {
            page = new Page<>();
            pages.put(id >> PAGE_BITS, page);
        }
        if (page.values.getAndSet(slot(id), value) == null) {
            page.used++;
        }
    }

    void remove(long id) {
        Page<V> page = pages.get(id >> PAGE_BITS);
        if (page != null && page.values.getAndSet(slot(id), null) != null && --page.used == 0) {
            pages.remove(id >> PAGE_BITS);
        }
    }

    void forEach(Consumer<? super V> action) {
        for (Page<V> page : pages.values()) {
            for (int i = 0; i < PAGE_SIZE; i++) {
                V value = page.values.get(i);
                if (value != null) {
                    action.accept(value);
                }
            }
        }
    }

    /** How many values; for the writer. */
    long size() {
        long size = 0;
        for (Page<V> page : pages.values()) {
            size += page.used;
        }
        return size;
    }

    private static int slot(long id) {
        return (int) (id & (PAGE_SIZE - 1));
    }

    private static final class Page<V> {
        private final AtomicReferenceArray<@Nullable V> values = new AtomicReferenceArray<>(PAGE_SIZE);
        private int used;
    }
}
