package io.s3stream.core.rebuild;

import io.netty.buffer.ByteBufUtil;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.verify.PatientStorage;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.concurrent.CompletableFuture;

/** Copies objects from one storage to another, through this process, a piece at a time. Thread-safe, stateless. */
final class ObjectCopier {

    private static final long PIECE_BYTES = 16 << 20;

    private final PatientStorage source;
    private final ObjectStorage target;
    private final PatientStorage patientTarget;

    ObjectCopier(PatientStorage source, ObjectStorage target, PatientStorage patientTarget) {
        this.source = source;
        this.target = target;
        this.patientTarget = patientTarget;
    }

    /** Copies an object of {@code size} bytes under its own key; replaces an existing object. */
    CompletableFuture<Void> copy(String key, long size) {
        if (size <= PIECE_BYTES) {
            return read(key, 0, size)
                    .thenCompose(bytes -> patientTarget.put(key, ObjectBody.of(bytes)))
                    .thenApply(version -> null);
        }
        return target.createMultipart(key)
                .thenCompose(upload -> copyParts(upload, key, size, 1)
                        .thenCompose(nothing -> upload.complete())
                        .handle((version, error) -> error == null
                                ? CompletableFuture.<Void>completedFuture(null)
                                : upload.abort()
                                        .handle((nothing, failed) -> {
                                            if (failed != null) {
                                                error.addSuppressed(failed);
                                            }
                                            return CompletableFuture.<Void>failedFuture(error);
                                        })
                                        .thenCompose(future -> future))
                        .thenCompose(future -> future));
    }

    private CompletableFuture<Void> copyParts(MultipartUpload upload, String key, long size, int number) {
        long from = (number - 1) * PIECE_BYTES;
        if (from >= size) {
            return CompletableFuture.completedFuture(null);
        }
        return read(key, from, Math.min(PIECE_BYTES, size - from))
                .thenCompose(bytes -> upload.part(number, ObjectBody.of(bytes)))
                .thenCompose(nothing -> copyParts(upload, key, size, number + 1));
    }

    /** Reads into memory of its own, because an abandoned attempt of the target may hold it for any time. */
    private CompletableFuture<byte[]> read(String key, long from, long length) {
        return source.get(key, ByteRange.slice(from, length)).thenApply(found -> {
            try (ObjectContent content = found.orElseThrow(
                    () -> new CorruptedDataException("object=" + key + ": it disappeared while it was copied"))) {
                if (content.data().readableBytes() != length) {
                    throw new CorruptedDataException("object=" + key + ": "
                            + content.data().readableBytes() + " bytes at " + from + ", expected " + length);
                }
                return ByteBufUtil.getBytes(content.data());
            }
        });
    }
}
