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
 * The fence of a generation: a file that is empty while its writer may acknowledge, and only ever grows.
 *
 * <p><b>Why it is exact</b> (R10). The writer looks after its group is durable and before it acknowledges. If it finds the
 * file empty, no fencer had made it longer then, so every scan, which comes after, finds the group. Looking means opening
 * it again: that is the one thing for which a client must ask the server, unless it is mounted with {@code nocto}; a
 * handle that was kept open would answer from the attribute cache.
 *
 * <p><b>Absent is fenced</b>, so a released generation's file may be deleted: a writer that is still running somewhere finds
 * the file longer or gone, or cannot tell. Nothing ever makes it empty again: its name is never reused, and fencing a
 * file that is absent, or seems to be, creates it one byte long. That a cache takes an existing file for absent can stop a
 * writer, never let one go on.
 *
 * <p><b>Its own store's</b> (R40): the name carries the generation's nonce. A file of another store, or of another life of
 * this one, has another name, whatever its epoch.
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

    /** Puts the fence there, not set. It may be there already from an own attempt whose answer was lost. */
    void create() throws IOException {
        try (NfsFile file = directory.createNew(files.fence())) {
            file.force();
        } catch (FileAlreadyExistsException e) {
            log.debug("{} is there: the name is this generation's, so an own attempt made it", files.fence());
        }
    }

    /** From now on the writer finds itself fenced. */
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

    /** Any other failure to look must not be taken for "not set" either: it is the caller's to pass on. */
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
