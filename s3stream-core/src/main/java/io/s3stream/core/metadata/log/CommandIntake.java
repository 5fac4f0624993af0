package io.s3stream.core.metadata.log;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.errors.ChangeRefusedException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.codec.BatchCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Admits commands to the log [R36]. A command is encoded and decoded before it is queued, and only the decoded one is
 * applied. So this process has the same state as every other process that reads the log. A command that cannot be
 * encoded exactly, or exceeds a limit of the API, is refused alone.
 *
 * <p>Stateless; called on the caller's thread. Not final, so that a test can break it on purpose.
 */
public class CommandIntake {

    private static final UUID NO_SESSION = new UUID(0, 0);

    /**
     * Returns the command as every reader of the log will see it.
     *
     * @throws InvalidRequestException naming the invalid field
     */
    public Command admit(Command command) {
        checkLimits(command);
        Command decoded;
        try {
            byte[] written = BatchCodec.encode(new Batch(command.nodeId(), NO_SESSION, 0, List.of(command)));
            decoded = BatchCodec.decode(written, "command").commands().get(0);
        } catch (RuntimeException e) {
            throw new InvalidRequestException(describe(command) + " cannot be written: " + e.getMessage(), e);
        }
        if (!decoded.equals(command)) {
            throw new InvalidRequestException(describe(command) + " cannot be written exactly: it would be read as "
                    + decoded + "; pass values that are the same after encoding");
        }
        return decoded;
    }

    private static void checkLimits(Command command) {
        if (command instanceof Command.CreateStream create) {
            checkName("name", create.name());
            checkTags("tags", create.tags());
        } else if (command instanceof Command.UpdateTags update) {
            checkTags("expected", update.expected());
            checkTags("tags", update.tags());
        } else if (command instanceof Command.RenameStream rename) {
            checkName("expectedName", rename.expected());
            checkName("newName", rename.name());
        } else if (command instanceof Command.CommitChanges commit) {
            checkChanges(commit);
        } else if (command instanceof Command.RegisterNode register) {
            checkTags("nodeTags", register.tags());
        } else if (command instanceof Command.SetNodeTags set) {
            checkTags("nodeTags", set.tags());
        } else if (command instanceof Command.OpenStream open && open.callerEpoch() > OpenOptions.MAX_EPOCH) {
            throw new InvalidRequestException("epoch=" + open.callerEpoch() + ": must be at most "
                    + OpenOptions.MAX_EPOCH + ", so that later callers can have greater ones");
        }
    }

    private static void checkChanges(Command.CommitChanges commit) {
        int count = commit.changes().size();
        if (count > MetadataChange.MAX_CHANGES) {
            throw new InvalidRequestException("changes: " + count + " changes, at most " + MetadataChange.MAX_CHANGES
                    + " are allowed in one commit; divide them");
        }
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            try {
                checkLimits(commit.changes().get(i));
                bytes += textBytes(commit.changes().get(i));
            } catch (InvalidRequestException e) {
                throw new ChangeRefusedException(i, e);
            }
        }
        if (bytes > MetadataChange.MAX_BYTES) {
            throw new InvalidRequestException("changes: " + bytes + " bytes of names and tags, at most "
                    + MetadataChange.MAX_BYTES + " are allowed in one commit; divide the changes");
        }
    }

    private static long textBytes(Command change) {
        if (change instanceof Command.CreateStream create) {
            return utf8Length(create.name(), "name") + tagBytes(create.tags());
        } else if (change instanceof Command.UpdateTags update) {
            return tagBytes(update.expected()) + tagBytes(update.tags());
        } else if (change instanceof Command.RenameStream rename) {
            return (long) utf8Length(rename.expected(), "expectedName") + utf8Length(rename.name(), "newName");
        }
        return 0;
    }

    private static void checkName(String field, String name) {
        require(name, field);
        int bytes = utf8Length(name, field);
        if (bytes > CreateOptions.MAX_NAME_BYTES) {
            throw new InvalidRequestException(field + ": " + bytes + " bytes of UTF-8, at most "
                    + CreateOptions.MAX_NAME_BYTES + " are allowed; keep longer texts in tags");
        }
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                throw new InvalidRequestException(field + ": has the control character U+"
                        + String.format("%04X", (int) name.charAt(i)) + " at index " + i + "; remove it");
            }
        }
    }

    private static void checkTags(String field, Map<String, String> tags) {
        long bytes = tagBytes(tags);
        if (bytes > CreateOptions.MAX_TAG_BYTES) {
            throw new InvalidRequestException(field + ": " + bytes + " bytes of UTF-8 in keys and values, at most "
                    + CreateOptions.MAX_TAG_BYTES + " are allowed; keep larger data in a stream");
        }
    }

    private static long tagBytes(Map<String, String> tags) {
        long bytes = 0;
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            bytes += utf8Length(tag.getKey(), "a tag's key");
            bytes += utf8Length(tag.getValue(), "a tag's value");
        }
        return bytes;
    }

    /** Returns the length of the text in UTF-8. Refuses a text that UTF-8 cannot encode. */
    private static int utf8Length(String text, String field) {
        for (int i = 0; i < text.length(); i++) {
            char at = text.charAt(i);
            if (Character.isHighSurrogate(at)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(at)) {
                throw new InvalidRequestException(field + ": has an unpaired surrogate U+"
                        + String.format("%04X", (int) at) + " at index " + i + ", which UTF-8 cannot represent");
            }
        }
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void require(Object value, String field) {
        if (value == null) {
            throw new InvalidRequestException(
                    field + "=null: must not be null; a stream without a name has the name \"\"");
        }
    }

    /** Omits the fields, because printing an invalid field may fail. */
    private static String describe(Command command) {
        return "command=" + command.getClass().getSimpleName() + " node=" + command.nodeId();
    }
}
