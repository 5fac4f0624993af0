package io.s3stream.core.metadata.state;

import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.bytes.Digest;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The chain value of a state, and those after earlier batches: after each of the last {@value #WINDOW}, and after ever fewer
 * of the older ones. Which ones are kept depends on the number of batches only, so two states that were read at different
 * times have some in common. By these a process that was away for long sees whether a checkpoint continues what it knows
 * [R41].
 *
 * <p>Owner of the chain of one state; for the thread that changes the state.
 */
public final class History {

    /** A power of two. */
    private static final int WINDOW = 256;

    private final TreeMap<Long, UUID> chains = new TreeMap<>();
    private long batches;
    private UUID chain;

    /** @param storeId what the chain of a store begins with */
    History(UUID storeId) {
        this.chain = storeId;
    }

    public UUID chain() {
        return chain;
    }

    /** A batch was applied whose bytes have this digest. */
    public void add(UUID batch) {
        chain = Digest.chained(chain, batch);
        chains.put(++batches, chain);
        chains.remove(batches - ((long) WINDOW << Long.numberOfTrailingZeros(batches)));
    }

    /** Whether the newest value that both know is the same; true if there is none. */
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
