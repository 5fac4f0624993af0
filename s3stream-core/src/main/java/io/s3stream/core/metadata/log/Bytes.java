package io.s3stream.core.metadata.log;

import java.util.Arrays;

/** Bytes as a value. The array never changes after construction. */
public final class Bytes {

    private final byte[] array;

    public Bytes(byte[] array) {
        this.array = array;
    }

    /** Returns the array itself, not a copy. */
    byte[] array() {
        return array;
    }

    int length() {
        return array.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(array, bytes.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public String toString() {
        return array.length + " bytes";
    }
}
