package io.s3stream.core.metadata.state;

import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.bytes.Digest;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The chain value of a state and a sample of earlier ones: each of the last {@value #WINDOW}, and fewer with growing
 * age. The sample depends only on the number of batches, so two states read at different times share some values. A
 * process that was away for long compares them to see whether a checkpoint continues its state [R41].
 *
 * <p>Owns the chain of one state. Confined to the thread that changes the state.
 */
public final class History {

    /** A power of two. */
    private static final int WINDOW = 256;

    private final TreeMap<Long, UUID> chains = new TreeMap<>();
    private long batches;
    private UUID chain;

    /** @param storeId the first value of the chain */
    History(UUID storeId) {
        this.chain = storeId;
    }

    public UUID chain() {
        return chain;
    }

    /** Adds an applied batch by the digest of its bytes. */
    public void add(UUID batch) {
        chain = Digest.chained(chain, batch);
        chains.put(++batches, chain);
        chains.remove(batches - ((long) WINDOW << Long.numberOfTrailingZeros(batches)));
    }

    /** Returns whether the newest value that both have is the same; true if they share none. */
    boolean isContinuedBy(History newer) {
        for (Map.Entry<Long, UUID> known : chains.descendingMap().entrySet()) {
            UUID told = newer.chains.get(known.getKey());
            if (told != null) {
                return told.equals(known.getValue());
            }
        }
        return true;
    }

    public void write(ByteWriter out) {
        out.uuid(chain).unsigned(batches).unsigned(chains.size());
        long[] before = new long[1];
        chains.forEach((number, value) -> {
            out.unsigned(number - before[0]).uuid(value);
            before[0] = number;
        });
    }

    public static History read(ByteReader in) {
        History history = new History(in.uuid());
        history.batches = in.natural();
        int count = in.count(17);
        long number = 0;
        for (int i = 0; i < count; i++) {
            number = Math.addExact(number, in.natural());
            if (number > history.batches || history.chains.put(number, in.uuid()) != null) {
                throw in.corrupted("chain values out of order at batch " + number);
            }
        }
        return history;
    }
}
