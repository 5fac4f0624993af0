package io.s3stream.core.metadata.codec;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommandResult.Refused;
import io.s3stream.core.metadata.ConflictFacts;
import io.s3stream.core.metadata.ConflictFacts.NameTaken;
import io.s3stream.core.metadata.ConflictFacts.NodeEpoch;
import io.s3stream.core.metadata.ConflictFacts.OpenElsewhere;
import io.s3stream.core.metadata.ConflictFacts.StaleEpoch;
import java.util.ArrayList;
import java.util.List;

/** Encodes results of commands as a part of a checkpoint. */
final class ResultCodec {

    private static final int ACCEPTED = 1;
    private static final int REFUSED = 2;
    private static final int OPEN_ELSEWHERE = 3;
    private static final int STALE_EPOCH = 4;
    private static final int NAME_TAKEN = 5;
    private static final int NODE_EPOCH = 6;
    private static final int REFUSED_CHANGE = 7;

    private ResultCodec() {}

    static void write(ByteWriter out, CommandResult result) {
        if (result instanceof Accepted accepted) {
            out.u8(ACCEPTED).signed(accepted.value());
            writeIds(out, accepted.streams());
        } else if (result instanceof Refused refused) {
            if (refused.change() != Refused.WHOLE) {
                out.u8(REFUSED_CHANGE).unsigned(refused.change());
            }
            refused.facts()
                    .ifPresentOrElse(
                            facts -> writeFacts(out, facts),
                            () -> out.u8(REFUSED).u8(code(refused.kind())).string(refused.message()));
        }
    }

    /** The message follows from the facts. */
    private static void writeFacts(ByteWriter out, ConflictFacts conflict) {
        if (conflict instanceof OpenElsewhere facts) {
            out.u8(OPEN_ELSEWHERE)
                    .signed(facts.streamId())
                    .signed(facts.nodeId())
                    .signed(facts.nodeEpoch());
        } else if (conflict instanceof StaleEpoch facts) {
            out.u8(STALE_EPOCH)
                    .signed(facts.streamId())
                    .signed(facts.requested())
                    .signed(facts.current());
        } else if (conflict instanceof NameTaken facts) {
            out.u8(NAME_TAKEN).string(facts.name()).signed(facts.streamId());
        } else if (conflict instanceof NodeEpoch facts) {
            out.u8(NODE_EPOCH).signed(facts.nodeId()).signed(facts.expected()).signed(facts.current());
        }
    }

    static CommandResult read(ByteReader in) {
        int type = in.u8();
        if (type != REFUSED_CHANGE) {
            return read(in, type);
        }
        int change = Math.toIntExact(in.natural());
        int reason = in.u8();
        if (reason == ACCEPTED) {
            throw in.corrupted("an accepted result as the reason of a refusal");
        }
        return ((Refused) read(in, reason)).ofChange(change);
    }

    private static CommandResult read(ByteReader in, int type) {
        return switch (type) {
            case ACCEPTED -> new Accepted(in.signed(), readIds(in));
            case REFUSED -> new Refused(kind(in), in.string());
            case OPEN_ELSEWHERE ->
                Refused.of(new OpenElsewhere(in.signed(), Math.toIntExact(in.signed()), in.signed()));
            case STALE_EPOCH -> Refused.of(new StaleEpoch(in.signed(), in.signed(), in.signed()));
            case NAME_TAKEN -> Refused.of(new NameTaken(in.string(), in.signed()));
            case NODE_EPOCH -> Refused.of(new NodeEpoch(in.signedInt(), in.signed(), in.signed()));
            default -> throw in.corrupted("unknown result type " + type);
        };
    }

    static void writeIds(ByteWriter out, List<Long> ids) {
        out.unsigned(ids.size());
        ids.forEach(out::signed);
    }

    static List<Long> readIds(ByteReader in) {
        int size = in.count(1);
        List<Long> ids = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            ids.add(in.signed());
        }
        return ids;
    }

    private static int code(Kind kind) {
        return switch (kind) {
            case INVALID -> 1;
            case NOT_FOUND -> 2;
            case CONFLICT -> 3;
            case FENCED -> 4;
            case BUSY -> 5;
            case UNAVAILABLE -> 6;
            case CORRUPTED -> 7;
            case CLOSED -> 8;
            case INTERNAL -> 9;
        };
    }

    private static Kind kind(ByteReader in) {
        int code = in.u8();
        return switch (code) {
            case 1 -> Kind.INVALID;
            case 2 -> Kind.NOT_FOUND;
            case 3 -> Kind.CONFLICT;
            case 4 -> Kind.FENCED;
            case 5 -> Kind.BUSY;
            case 6 -> Kind.UNAVAILABLE;
            case 7 -> Kind.CORRUPTED;
            case 8 -> Kind.CLOSED;
            case 9 -> Kind.INTERNAL;
            default -> throw in.corrupted("unknown kind of refusal " + code);
        };
    }
}
