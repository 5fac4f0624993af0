package io.s3stream.simulation.history;

import io.s3stream.api.BatchFilter;
import io.s3stream.api.FetchedBatch;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The filter of simulated clients. The first byte of a payload names its class. A filter of version v drops the payloads
 * of classes below v, and shortens those of class v to their first byte. So a later version never brings a payload back.
 * Each call is a read, which the history checks.
 */
public final class ClientFilter implements BatchFilter {

    public static final int VERSIONS = 12;

    private static final int CLASSES = 16;

    private final StreamHistory history;
    private final Findings findings;
    private final int version;
    private final int callsUntilFailure;
    private int calls;

    /** @param callsUntilFailure the filter throws after that many calls */
    public ClientFilter(StreamHistory history, Findings findings, int version, int callsUntilFailure) {
        this.history = history;
        this.findings = findings;
        this.version = version;
        this.callsUntilFailure = callsUntilFailure;
    }

    @Override
    public Verdict apply(FetchedBatch batch) {
        findings.guard(() -> history.filtered(batch));
        if (++calls > callsUntilFailure) {
            throw new IllegalStateException("the filter fails");
        }
        byte first = batch.payload().get(0);
        return switch (level(first, version)) {
            case 2 -> Verdict.drop();
            case 1 ->
                batch.payload().remaining() == 1
                        ? Verdict.keep()
                        : Verdict.replace(ByteBuffer.wrap(new byte[] {first}));
            default -> Verdict.keep();
        };
    }

    /** 0: kept, 1: shortened, 2: dropped. */
    static int level(byte first, int version) {
        int classOf = first & (CLASSES - 1);
        return version > classOf ? 2 : version == classOf ? 1 : 0;
    }

    /** Returns the level at which a payload is {@code found} now; -1 if no filter makes it of the payload. */
    static int levelOf(byte[] payload, ByteBuffer found) {
        if (!found.hasRemaining()) {
            return 2;
        }
        if (ByteBuffer.wrap(payload).equals(found)) {
            return 0;
        }
        return ByteBuffer.wrap(Arrays.copyOf(payload, 1)).equals(found) ? 1 : -1;
    }
}
