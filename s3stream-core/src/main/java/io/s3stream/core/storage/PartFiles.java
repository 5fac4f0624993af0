package io.s3stream.core.storage;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.PendingMultipart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of uploads in parts; each process finds those of all processes. An upload is its file {@code <id>.key},
 * which holds the key. Its parts are {@code <id>.<number>.<version>}. The end of an upload deletes the key file first.
 * The writer of a part then checks for the key file, so that no part outlasts its upload.
 */
final class PartFiles {

    private static final Logger LOG = LoggerFactory.getLogger(PartFiles.class);

    private static final String KEY = ".key";

    private final Path directory;
    private final TemporaryFiles temporary;

    PartFiles(Path directory, TemporaryFiles temporary) {
        this.directory = directory;
        this.temporary = temporary;
    }

    PendingMultipart begin(String key) throws IOException {
        ObjectFile.Version id = temporary.nextVersion();
        PendingMultipart upload = new PendingMultipart(key, id.toString());
        temporary.with(id, (file, channel) -> {
            ObjectFile.writeFully(channel, ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)));
            return TemporaryFiles.linkIfAbsent(file, keyFile(upload.uploadId()));
        });
        return upload;
    }

    /** Returns the file for a new part. */
    Path newPart(PendingMultipart upload, int number) {
        return directory.resolve(upload.uploadId() + "." + number + "." + temporary.nextVersion());
    }

    /** @throws StorageException if the upload has ended */
    void check(PendingMultipart upload) {
        if (!Files.exists(keyFile(upload.uploadId()))) {
            throw new StorageException(
                    "object=" + upload.key() + ": the upload in parts does not exist: it was aborted");
        }
    }

    List<PendingMultipart> list(String prefix) throws IOException {
        List<PendingMultipart> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + KEY)) {
            for (Path file : files) {
                try {
                    String key = Files.readString(file);
                    String name = file.getFileName().toString();
                    if (key.startsWith(prefix)) {
                        found.add(new PendingMultipart(key, name.substring(0, name.length() - KEY.length())));
                    }
                } catch (NoSuchFileException e) {
                    LOG.debug("ended since: {}", file);
                }
            }
        }
        return found;
    }

    /** Deletes all files of an upload. */
    void end(PendingMultipart upload) throws IOException {
        Files.deleteIfExists(keyFile(upload.uploadId()));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, upload.uploadId() + ".*")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Path keyFile(String uploadId) {
        return directory.resolve(uploadId + KEY);
    }
}
