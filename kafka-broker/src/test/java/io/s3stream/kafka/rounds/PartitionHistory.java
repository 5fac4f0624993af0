package io.s3stream.kafka.rounds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All that producers and consumers saw of one partition: the offset at which each number was acknowledged, and the number
 * that was read at each offset. The producer sends the numbers from 0 on, each once, in order. Thread-safe.
 */
final class PartitionHistory {

    private static final int MAX_FINDINGS = 20;
    private static final int NONE = -1;

    // Half an hour at 20,000 records a second has 36 million records.
    private int[] offsets = new int[0]; // by number
    private int[] numbers = new int[0]; // by offset
    private int end; // of the numbers that were read
    private long acknowledged;
    private long delivered; // all offsets before it were read
    private final List<String> findings = new ArrayList<>();

    synchronized void acknowledge(long number, long offset) {
        offsets = withRoom(offsets, number);
        if (offsets[(int) number] != NONE) {
            finding("number " + number + " was acknowledged twice");
        }
        offsets[(int) number] = Math.toIntExact(offset);
        acknowledged++;
    }

    /** Notes a record that was read. Consumers may read it again. */
    synchronized void read(long offset, long number) {
        numbers = withRoom(numbers, offset);
        int before = numbers[(int) offset];
        if (before != NONE && before != number) {
            finding("offset " + offset + " had number " + before + " and has number " + number);
        }
        numbers[(int) offset] = Math.toIntExact(number);
        end = Math.max(end, (int) offset + 1);
        while (delivered < end && numbers[(int) delivered] != NONE) {
            delivered++;
        }
    }

    /** Adds a finding of a reader. */
    synchronized void finding(String text) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(text);
        }
    }

    private static int[] withRoom(int[] values, long index) {
        if (index < values.length) {
            return values;
        }
        int[] grown = Arrays.copyOf(values, (int) Math.max(1024, Math.max(index + 1, values.length * 3L / 2)));
        Arrays.fill(grown, values.length, grown.length, NONE);
        return grown;
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    /** All records before this offset were read. */
    synchronized long delivered() {
        return delivered;
    }

    /** The findings of the readers, and those of a comparison of all that was read with all that was acknowledged. */
    synchronized List<String> findings() {
        List<String> all = new ArrayList<>(findings);
        int last = NONE;
        for (int offset = 0; offset < end && all.size() < MAX_FINDINGS; offset++) {
            if (numbers[offset] == NONE) {
                all.add("offset " + offset + " was not read");
            } else {
                if (numbers[offset] <= last) {
                    all.add("number " + numbers[offset] + " at offset " + offset + " follows " + last);
                }
                last = numbers[offset];
            }
        }
        for (int number = 0; number < offsets.length && all.size() < MAX_FINDINGS; number++) {
            int offset = offsets[number];
            if (offset != NONE && (offset >= end || numbers[offset] != number)) {
                all.add("number " + number + " was acknowledged at offset " + offset + " and is not there");
            }
        }
        return all;
    }
}
