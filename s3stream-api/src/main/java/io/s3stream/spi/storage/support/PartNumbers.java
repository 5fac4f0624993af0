package io.s3stream.spi.storage.support;

import io.s3stream.api.errors.InvalidRequestException;
import java.util.SortedSet;

/** The rules of {@link io.s3stream.spi.storage.MultipartUpload} about the numbers of parts. */
public final class PartNumbers {

    private static final int MAX_NUMBER = 10_000;

    private PartNumbers() {}

    /** Returns {@code number} if a part may have it. Throws {@link InvalidRequestException} otherwise. */
    public static int check(String key, int number) {
        if (number < 1 || number > MAX_NUMBER) {
            throw new InvalidRequestException(
                    "object=" + key + " part=" + number + ": must be from 1 to " + MAX_NUMBER);
        }
        return number;
    }

    /** Throws {@link InvalidRequestException} unless {@code numbers} are all numbers from 1 to the last one. */
    public static void checkComplete(String key, SortedSet<Integer> numbers) {
        if (numbers.isEmpty()) {
            throw new InvalidRequestException("object=" + key + " has no parts: write at least one before completing");
        }
        int last = numbers.last();
        if (last == numbers.size()) {
            return;
        }
        int missing = 1;
        while (numbers.contains(missing)) {
            missing++;
        }
        throw new InvalidRequestException("object=" + key + " has a part=" + last + " and none numbered " + missing
                + ": write all parts before completing");
    }
}
