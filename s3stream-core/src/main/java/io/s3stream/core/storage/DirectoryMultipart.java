package io.s3stream.core.storage;

import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.storage.support.Extent;
import io.s3stream.spi.storage.support.ObjectKeys;
import io.s3stream.spi.storage.support.PartNumbers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/** Writes parts as files, which the kernel joins when the upload completes. */
final class DirectoryMultipart implements MultipartUpload {

    private final DirectoryObjectStorage storage;
    private final TemporaryFiles temporary;
    private final PartFiles files;
    private final PendingMultipart upload;
    private final String key;
    private final ConcurrentSkipListMap<Integer, Path> parts = new ConcurrentSkipListMap<>();

    DirectoryMultipart(
            DirectoryObjectStorage storage, TemporaryFiles temporary, PartFiles files, PendingMultipart upload) {
        this.storage = storage;
        this.temporary = temporary;
        this.files = files;
        this.upload = upload;
        this.key = upload.key();
    }

    @Override
    public CompletableFuture<Void> part(int number, ObjectBody body) {
        return write("part", number, channel -> ObjectFile.writeBody(channel, body, ScratchBuffers.NONE));
    }

    @Override
    public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
        return write("copy", number, channel -> {
            Path source = storage.file(ObjectKeys.check(sourceKey));
            try (FileChannel input = FileChannel.open(source, StandardOpenOption.READ)) {
                long size = ObjectFile.readHeader(source, input).size();
                Extent extent = Extent.exactly(sourceKey, from, length, size);
                copy(input, ObjectFile.HEADER_BYTES + extent.from(), extent.length(), channel);
            } catch (NoSuchFileException e) {
                throw new StreamException(
                        StreamException.Kind.NOT_FOUND, "object=" + sourceKey + " to copy from does not exist", e);
            }
        });
    }

    @Override
    public CompletableFuture<String> complete() {
        return storage.submit("complete", key, () -> {
            PartNumbers.checkComplete(key, parts.keySet());
            files.check(upload);
            ObjectFile.Version version = temporary.nextVersion();
            temporary.with(version, (file, channel) -> {
                long size = 0;
                for (Path part : parts.values()) {
                    size += Files.size(part);
                }
                ObjectFile.writeFully(channel, ObjectFile.header(version, size));
                for (Path part : parts.values()) {
                    try (FileChannel input = FileChannel.open(part, StandardOpenOption.READ)) {
                        copy(input, 0, input.size(), channel);
                    }
                }
                return storage.publish(key, file, channel, PutCondition.ALWAYS);
            });
            files.end(upload);
            return version.toString();
        });
    }

    @Override
    public CompletableFuture<Void> abort() {
        return storage.submit("abort", key, () -> {
                    files.end(upload);
                    return true;
                })
                .thenAccept(done -> {});
    }

    private CompletableFuture<Void> write(String operation, int number, PartWriter writer) {
        return storage.submit(operation, key, () -> {
                    PartNumbers.check(key, number);
                    Path file = files.newPart(upload, number);
                    parts.put(number, file);
                    try (FileChannel channel =
                            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                        writer.write(channel);
                        files.check(upload);
                    } catch (IOException | RuntimeException e) {
                        parts.remove(number);
                        Files.deleteIfExists(file);
                        throw e;
                    }
                    return true;
                })
                .thenAccept(done -> {});
    }

    private static void copy(FileChannel input, long from, long length, FileChannel output) throws IOException {
        long copied = 0;
        while (copied < length) {
            long step = input.transferTo(from + copied, length - copied, output);
            if (step <= 0) {
                throw new IOException("a file ended while it was copied, at " + (from + copied));
            }
            copied += step;
        }
    }

    /** Writes the bytes of a part. */
    private interface PartWriter {
        void write(FileChannel channel) throws IOException;
    }
}
