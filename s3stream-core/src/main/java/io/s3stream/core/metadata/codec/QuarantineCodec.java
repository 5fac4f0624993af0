package io.s3stream.core.metadata.codec;

import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.Quarantine.Kept;
import java.util.ArrayList;
import java.util.List;

/** Encodes quarantines as a part of a checkpoint: by stream, each with its kept records. */
final class QuarantineCodec {

    private static final int QUARANTINE_BYTES = 8;
    private static final int KEPT_BYTES = 6;

    private QuarantineCodec() {}

    static void write(ByteWriter out, Iterable<Quarantine> quarantines) {
        quarantines.forEach(quarantine -> {
            out.signed(quarantine.streamId()).unsigned(quarantine.kept().size());
            for (Kept kept : quarantine.kept()) {
                out.signed(kept.streamEpoch())
                        .unsigned(kept.start())
                        .unsigned(kept.end())
                        .unsigned(kept.objectId())
                        .unsigned(kept.bytes())
                        .signed(kept.maxTimestamp());
            }
        });
    }

    static List<Quarantine> read(ByteReader in) {
        int count = in.count(QUARANTINE_BYTES);
        List<Quarantine> quarantines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long streamId = in.signed();
            int size = in.count(KEPT_BYTES);
            List<Kept> kept = new ArrayList<>(size);
            for (int k = 0; k < size; k++) {
                kept.add(new Kept(in.signed(), in.natural(), in.natural(), in.natural(), in.natural(), in.signed()));
            }
            quarantines.add(new Quarantine(streamId, kept));
        }
        return quarantines;
    }
}
