package io.s3stream.core.metadata.codec;

import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.StoredObject;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Encodes one command: a type byte, node id and epoch, then its own fields in the order of the record. */
final class CommandCodec {

    private static final int REGISTER_NODE = 1;
    private static final int OPEN_GENERATION = 2;
    private static final int SEAL_GENERATION = 3;
    private static final int REMOVE_GENERATION = 4;
    private static final int CREATE_STREAM = 5;
    private static final int OPEN_STREAM = 6;
    private static final int CLOSE_STREAM = 7;
    private static final int DELETE_STREAM = 8;
    private static final int TRIM_STREAM = 9;
    private static final int COMMIT_UPLOAD = 10;
    private static final int REMOVE_OBJECTS = 11;
    private static final int COMMIT_COMPACTION = 12;
    private static final int RELEASE_RANGES = 13;
    private static final int HEARTBEAT = 14;
    private static final int QUARANTINE_RECORDS = 15;
    private static final int RELEASE_QUARANTINE = 16;
    private static final int RETIRE_OBJECTS = 17;
    private static final int UPDATE_TAGS = 18;
    private static final int SEAL_STREAM = 19;
    private static final int REMOVE_NODE = 20;
    private static final int SET_NODE_TAGS = 21;
    private static final int RENAME_STREAM = 22;
    private static final int COMMIT_CHANGES = 23;
    private static final int COMMIT_REWRITE = 24;
    private static final int LAST = COMMIT_REWRITE;

    private CommandCodec() {}

    static void write(ByteWriter out, Command command) {
        if (command instanceof Command.RegisterNode c) {
            begin(out, REGISTER_NODE, c).uuid(c.session()).unsigned(c.expected().size());
            c.expected().forEach(key -> out.signed(key.walEpoch()).bool(key.sealed()));
            DescriptorCodec.write(out.signed(c.ifEpoch()), c.tags());
        } else if (command instanceof Command.OpenGeneration c) {
            DescriptorCodec.write(begin(out, OPEN_GENERATION, c), c.descriptor());
            out.signed(c.firstSequence());
        } else if (command instanceof Command.SealGeneration c) {
            begin(out, SEAL_GENERATION, c).signed(c.walEpoch()).signed(c.sealedEnd());
        } else if (command instanceof Command.RemoveGeneration c) {
            begin(out, REMOVE_GENERATION, c).signed(c.walEpoch());
        } else if (command instanceof Command.CreateStream c) {
            DescriptorCodec.write(begin(out, CREATE_STREAM, c).string(c.name()), c.tags());
        } else if (command instanceof Command.OpenStream c) {
            begin(out, OPEN_STREAM, c).signed(c.streamId()).signed(c.callerEpoch());
        } else if (command instanceof Command.CloseStream c) {
            begin(out, CLOSE_STREAM, c)
                    .signed(c.streamId())
                    .signed(c.streamEpoch())
                    .signed(c.finalEnd())
                    .bool(c.rest().isPresent());
            c.rest().ifPresent(object -> writeObject(out, object));
        } else if (command instanceof Command.DeleteStream c) {
            begin(out, DELETE_STREAM, c).signed(c.streamId());
        } else if (command instanceof Command.TrimStream c) {
            begin(out, TRIM_STREAM, c).signed(c.streamId()).signed(c.newStart());
        } else if (command instanceof Command.CommitUpload c) {
            DescriptorCodec.write(begin(out, COMMIT_UPLOAD, c).signed(c.from()), c.to());
            out.unsigned(c.objects().size());
            c.objects().forEach(object -> writeObject(out, object));
            out.bool(c.closeOwned());
        } else if (command instanceof Command.RemoveObjects c) {
            ResultCodec.writeIds(begin(out, REMOVE_OBJECTS, c), c.objectIds());
        } else if (command instanceof Command.CommitCompaction c) {
            begin(out, COMMIT_COMPACTION, c).unsigned(c.objects().size());
            c.objects().forEach(object -> CompactionCodec.write(out, object));
        } else if (command instanceof Command.ReleaseRanges c) {
            begin(out, RELEASE_RANGES, c).signed(c.limit());
        } else if (command instanceof Command.Heartbeat c) {
            begin(out, HEARTBEAT, c);
        } else if (command instanceof Command.QuarantineRecords c) {
            begin(out, QUARANTINE_RECORDS, c).unsigned(c.objects().size());
            c.objects().forEach(object -> writeObject(out, object));
        } else if (command instanceof Command.ReleaseQuarantine c) {
            begin(out, RELEASE_QUARANTINE, c)
                    .signed(c.streamId())
                    .bool(c.keep())
                    .bool(c.filler().isPresent());
            c.filler().ifPresent(object -> writeObject(out, object));
        } else if (command instanceof Command.RetireObjects c) {
            begin(out, RETIRE_OBJECTS, c).unsigned(c.objects().size());
            c.objects().forEach(object -> out.string(object.key()).signed(object.size()));
        } else if (command instanceof Command.UpdateTags c) {
            DescriptorCodec.write(begin(out, UPDATE_TAGS, c).signed(c.streamId()), c.expected());
            DescriptorCodec.write(out, c.tags());
        } else if (command instanceof Command.SealStream c) {
            begin(out, SEAL_STREAM, c)
                    .signed(c.streamId())
                    .signed(c.streamEpoch())
                    .signed(c.finalEnd());
        } else if (command instanceof Command.RemoveNode c) {
            begin(out, REMOVE_NODE, c).signed(c.removed());
        } else if (command instanceof Command.SetNodeTags c) {
            DescriptorCodec.write(begin(out, SET_NODE_TAGS, c), c.tags());
        } else if (command instanceof Command.RenameStream c) {
            begin(out, RENAME_STREAM, c)
                    .signed(c.streamId())
                    .string(c.expected())
                    .string(c.name());
        } else if (command instanceof Command.CommitChanges c) {
            begin(out, COMMIT_CHANGES, c).unsigned(c.changes().size());
            c.changes().forEach(change -> write(out, change));
        } else if (command instanceof Command.CommitRewrite c) {
            begin(out, COMMIT_REWRITE, c).signed(c.streamEpoch()).signed(c.bytesRead());
            CompactionCodec.write(out, c.object());
        }
    }

    private static ByteWriter begin(ByteWriter out, int type, Command command) {
        return out.u8(type).signed(command.nodeId()).signed(command.nodeEpoch());
    }

    static Command read(ByteReader in) {
        int type = in.u8();
        if (type < REGISTER_NODE || type > LAST) {
            throw MetadataFormat.tooNew(in.where(), "command type " + type);
        }
        return read(in, type);
    }

    private static Command read(ByteReader in, int type) {
        int node = in.signedInt();
        long epoch = in.signed();
        return switch (type) {
            case REGISTER_NODE -> readRegister(in, node);
            case OPEN_GENERATION ->
                new Command.OpenGeneration(node, epoch, DescriptorCodec.readDescriptor(in), in.signed());
            case SEAL_GENERATION -> new Command.SealGeneration(node, epoch, in.signed(), in.signed());
            case REMOVE_GENERATION -> new Command.RemoveGeneration(node, epoch, in.signed());
            case CREATE_STREAM -> new Command.CreateStream(node, epoch, in.string(), DescriptorCodec.readMap(in));
            case OPEN_STREAM -> new Command.OpenStream(node, epoch, in.signed(), in.signed());
            case CLOSE_STREAM ->
                new Command.CloseStream(
                        node,
                        epoch,
                        in.signed(),
                        in.signed(),
                        in.signed(),
                        in.bool() ? Optional.of(readObject(in)) : Optional.empty());
            case DELETE_STREAM -> new Command.DeleteStream(node, epoch, in.signed());
            case TRIM_STREAM -> new Command.TrimStream(node, epoch, in.signed(), in.signed());
            case COMMIT_UPLOAD ->
                new Command.CommitUpload(
                        node, epoch, in.signed(), DescriptorCodec.readPosition(in), readObjects(in), in.bool());
            case REMOVE_OBJECTS -> new Command.RemoveObjects(node, epoch, ResultCodec.readIds(in));
            case COMMIT_COMPACTION -> new Command.CommitCompaction(node, epoch, CompactionCodec.readAll(in));
            case RELEASE_RANGES -> new Command.ReleaseRanges(node, epoch, in.signedInt());
            case QUARANTINE_RECORDS -> new Command.QuarantineRecords(node, epoch, readObjects(in));
            case RELEASE_QUARANTINE ->
                new Command.ReleaseQuarantine(
                        node,
                        epoch,
                        in.signed(),
                        in.bool(),
                        in.bool() ? Optional.of(readObject(in)) : Optional.empty());
            case HEARTBEAT -> new Command.Heartbeat(node, epoch);
            case RETIRE_OBJECTS -> new Command.RetireObjects(node, epoch, readStored(in));
            case UPDATE_TAGS ->
                new Command.UpdateTags(
                        node, epoch, in.signed(), DescriptorCodec.readMap(in), DescriptorCodec.readMap(in));
            case SEAL_STREAM -> new Command.SealStream(node, epoch, in.signed(), in.signed(), in.signed());
            case RENAME_STREAM -> new Command.RenameStream(node, epoch, in.signed(), in.string(), in.string());
            case COMMIT_CHANGES -> new Command.CommitChanges(node, epoch, readChanges(in));
            case SET_NODE_TAGS -> new Command.SetNodeTags(node, epoch, DescriptorCodec.readMap(in));
            case REMOVE_NODE -> new Command.RemoveNode(node, epoch, in.signedInt());
            default -> new Command.CommitRewrite(node, epoch, in.signed(), in.signed(), CompactionCodec.read(in));
        };
    }

    /** Checks each type before it reads the change, so that changes of changes are not read. */
    private static List<Command> readChanges(ByteReader in) {
        int size = in.count(4);
        List<Command> changes = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int type = in.u8();
            if (type != CREATE_STREAM && type != UPDATE_TAGS && type != DELETE_STREAM && type != RENAME_STREAM) {
                throw in.corrupted("command type " + type + " cannot be one of several changes");
            }
            changes.add(read(in, type));
        }
        return changes;
    }

    private static Command readRegister(ByteReader in, int node) {
        UUID session = in.uuid();
        int size = in.count(2);
        List<Command.GenerationKey> expected = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            expected.add(new Command.GenerationKey(in.signed(), in.bool()));
        }
        return new Command.RegisterNode(node, session, expected, in.signed(), DescriptorCodec.readMap(in));
    }

    private static void writeObject(ByteWriter out, UploadedObject object) {
        out.string(object.key()).signed(object.size()).unsigned(object.ranges().size());
        long stream = 0;
        for (UploadedRange range : object.ranges()) {
            out.signed(range.streamId() - stream)
                    .signed(range.streamEpoch())
                    .signed(range.start())
                    .signed(range.end() - range.start())
                    .signed(range.bytes())
                    .signed(range.maxTimestamp());
            stream = range.streamId();
        }
    }

    private static List<StoredObject> readStored(ByteReader in) {
        int size = in.count(2);
        List<StoredObject> objects = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            objects.add(new StoredObject(in.string(), in.signed()));
        }
        return objects;
    }

    private static List<UploadedObject> readObjects(ByteReader in) {
        int size = in.count(3);
        List<UploadedObject> objects = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            objects.add(readObject(in));
        }
        return objects;
    }

    private static UploadedObject readObject(ByteReader in) {
        String key = in.string();
        long size = in.signed();
        int count = in.count(6);
        List<UploadedRange> ranges = new ArrayList<>(count);
        long stream = 0;
        for (int i = 0; i < count; i++) {
            stream += in.signed();
            long epoch = in.signed();
            long start = in.signed();
            ranges.add(new UploadedRange(stream, epoch, start, start + in.signed(), in.signed(), in.signed()));
        }
        return new UploadedObject(key, size, ranges);
    }
}
