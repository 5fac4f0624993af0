package io.s3stream.core.errors;

/**
 * Checks the room on the stack of the calling thread. A host may call from a recursion that is about to overflow. An
 * overflow inside a call would leave a lock held, such as that of a timer queue, or a collection half changed. So
 * each call checks for room before it changes anything, and throws {@link StackOverflowError} if the room is too small.
 */
public final class StackRoom {

    /**
     * Each level takes about 40 bytes when it is compiled and 150 when it is interpreted, like the frames of a call.
     */
    private static final int LEVELS = 400;

    private static final int WIDE_LEVELS = 5;
    private static final int FEW_LEVELS = 24;

    private StackRoom() {}

    /** Throws unless there is room for any call of the API: at least 16 KiB. */
    public static void require() {
        look(LEVELS);
    }

    /** Throws unless there is room for a few small frames: at least 1 KiB. For calls that must be fast. */
    public static void requireLittle() {
        look(FEW_LEVELS);
    }

    /**
     * Throws unless there is room for the copy and the checksum of an append: at least 700 bytes if it is compiled, and 2 KiB
     * if it is interpreted. A few wide frames, because a processor predicts only about 16 nested returns.
     */
    public static void requireForAppend() {
        if (descendWide(WIDE_LEVELS, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14) == 0) {
            throw new AssertionError("the sum of positive numbers is 0");
        }
    }

    /** Uses all arguments after the call, as {@link #descend} does. */
    private static long descendWide(
            int levels,
            long a,
            long b,
            long c,
            long d,
            long e,
            long f,
            long g,
            long h,
            long i,
            long j,
            long k,
            long l,
            long m,
            long n) {
        if (levels == 0) {
            return 1;
        }
        return descendWide(levels - 1, n | 1, a, b, c, d, e, f, g, h, i, j, k, l, m)
                | (a + b + c + d + e + f + g + h + i + j + k + l + m + n);
    }

    private static void look(int levels) {
        if (descend(levels, 1, 2, 3, 4, 5, 6) == 0) {
            throw new AssertionError("the sum of positive numbers is 0");
        }
    }

    /** Uses all arguments after the call, so that each level keeps them on the stack even when it is compiled. */
    private static int descend(int levels, int a, int b, int c, int d, int e, int f) {
        if (levels == 0) {
            return 1;
        }
        return descend(levels - 1, f | 1, a, b, c, d, e) | a | b | c | d | e | f;
    }
}
