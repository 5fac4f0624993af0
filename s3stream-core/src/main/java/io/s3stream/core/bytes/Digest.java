package io.s3stream.core.bytes;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;

/** The first 128 bits of SHA-256. Digests identify parts of the log and form its chain [R41]. */
public final class Digest {

    private final MessageDigest sha;

    private Digest() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public static UUID of(byte[] bytes) {
        return of(List.of(ByteBuffer.wrap(bytes)));
    }

    /** Returns the digest of the concatenated pieces; their positions do not change. */
    public static UUID of(List<ByteBuffer> pieces) {
        Digest digest = new Digest();
        pieces.forEach(piece -> digest.sha.update(piece.duplicate()));
        return digest.value();
    }

    /** Returns the chain value after a batch. It depends on every batch since the store began. */
    public static UUID chained(UUID before, UUID batch) {
        ByteBuffer both = ByteBuffer.allocate(32);
        both.putLong(before.getMostSignificantBits()).putLong(before.getLeastSignificantBits());
        both.putLong(batch.getMostSignificantBits()).putLong(batch.getLeastSignificantBits());
        return of(List.of(both.flip()));
    }

    private UUID value() {
        ByteBuffer hash = ByteBuffer.wrap(sha.digest());
        return new UUID(hash.getLong(), hash.getLong());
    }
}
