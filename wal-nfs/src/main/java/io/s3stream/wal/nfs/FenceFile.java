package io.s3stream.wal.nfs;

import io.s3stream.api.errors.FencedException;
import io.s3stream.wal.nfs.directory.NfsDirectory;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fence of a generation: a file that is empty while its writer may acknowledge. The file only grows.
 *
 * <p><b>Why the fence is exact</b> (R10). The writer checks the file after a group is durable and before it
 * acknowledges the group. If the file is empty then, no fencer had made it longer. A fencer scans only after that, so
 * its scan finds the group. Each check opens the file again: an open makes the client ask the server, unless the mount
 * has the option {@code nocto}. A handle that stays open would answer from the attribute cache.
 *
 * <p><b>An absent file means fenced</b>, so the release of a generation may delete it: a writer that still runs finds
 * the file longer or gone, or its check fails. No process ever makes the file empty again. Its name is never reused,
 * and fencing an absent file creates it one byte long. A cache that hides an existing file can stop a writer, but never
 * lets it continue.
 *
 * <p><b>The fence belongs to one store</b> (R40): its name contains the generation's nonce. A generation of another
 * store has another name, even with the same epoch. The same holds for a generation of this store from before its
 * metadata were set back.
 *
 * <p>Stateless; blocking.
 */
final class FenceFile {

    private static final Logger log = LoggerFactory.getLogger(FenceFile.class);

    private final NfsDirectory directory;
    private final GenerationFiles files;

    FenceFile(NfsDirectory directory, GenerationFiles files) {
        this.directory = directory;
        this.files = files;
    }

    /** Creates the fence, not set. It may exist already, from an earlier attempt whose response was lost. */
    void create() throws IOException {
        try (NfsFile file = directory.createNew(files.fence())) {
            file.force();
        } catch (FileAlreadyExistsException e) {
            log.debug("{} exists: an earlier attempt created it, since the name is unique", files.fence());
        }
    }

    /** Sets the fence: the writer's next check fails. */
    void set() throws IOException {
        directory.extend(files.fence());
    }

    boolean isSet() throws IOException {
        try (NfsFile file = directory.open(files.fence())) {
            return file.size() != 0;
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    /** Checks that the fence is not set. The caller must treat any other failure of the check as "may be set", too. */
    void requireUnset(String who) throws IOException {
        try (NfsFile file = directory.open(files.fence())) {
            if (file.size() != 0) {
                throw new FencedException(who + " was fenced: another process took over, see " + files.fence());
            }
        } catch (NoSuchFileException e) {
            throw new FencedException(who + " was fenced: its fence file " + files.fence() + " is gone", e);
        }
    }
}
