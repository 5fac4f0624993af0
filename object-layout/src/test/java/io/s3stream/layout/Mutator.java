package io.s3stream.layout;

import java.nio.ByteBuffer;
import java.util.Random;

/** Damages bytes the way disks, networks, bugs and attackers do. */
final class Mutator {

    private static final int[] TELLING_INTS = {
        0, 1, -1, 16, 47, 48, 49, 56, 72, Short.MAX_VALUE, 1 << 24, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE
    };

    private final Random random;

    Mutator(Random random) {
        this.random = random;
    }

    /** Applies one to four changes of any kind. The result may be shorter or longer than {@code original}. */
    ByteBuffer mutate(ByteBuffer original) {
        ByteBuffer bytes = Samples.copy(original);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            bytes = change(bytes);
        }
        return random.nextBoolean() ? bytes : elsewhere(bytes);
    }

    private ByteBuffer change(ByteBuffer bytes) {
        int length = bytes.limit();
        if (length < 8) {
            return noise(random.nextInt(300));
        }
        int at = random.nextInt(length);
        return switch (random.nextInt(7)) {
            case 0 -> bytes.put(at, (byte) (bytes.get(at) ^ (1 << random.nextInt(8))));
            case 1 -> bytes.put(at, (byte) random.nextInt());
            case 2 -> bytes.putInt(random.nextInt(length / 4) * 4, TELLING_INTS[random.nextInt(TELLING_INTS.length)]);
            case 3 -> bytes.putInt(random.nextInt(length / 4) * 4, random.nextInt());
            case 4 -> Samples.copy(bytes.slice(0, at));
            case 5 -> splice(bytes);
            default -> random.nextInt(10) == 0 ? noise(length) : bytes.put(at, (byte) 0);
        };
    }

    /** Copies a piece of the bytes over another position. */
    private ByteBuffer splice(ByteBuffer bytes) {
        int length = 1 + random.nextInt(Math.min(96, bytes.limit()));
        int from = random.nextInt(bytes.limit() - length + 1);
        int to = random.nextInt(bytes.limit() - length + 1);
        byte[] piece = new byte[length];
        bytes.get(from, piece);
        return bytes.put(to, piece);
    }

    private ByteBuffer noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return ByteBuffer.wrap(noise);
    }

    /** Copies the bytes into a direct buffer. */
    private static ByteBuffer elsewhere(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.limit()).put(bytes).flip();
    }
}
