package io.s3stream.storage.s3;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.storage.s3.client.AwsClients;
import io.s3stream.storage.s3.options.S3Location;
import io.s3stream.storage.s3.transfer.EtagStyle;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/**
 * A bucket of Amazon S3 or of a compatible store with atomic conditional writes. The first opening {@linkplain
 * CapabilityProbe probes} them.
 *
 * <p>Versions are ETags. Except in directory buckets they are derived from the content: <em>two objects of equal bytes
 * have equal versions</em>, so conditional writes must have unique content. The SDK retries, limited in number and
 * time.
 *
 * <p>Directory buckets (S3 Express One Zone) are recognised by their name; the SDK finds their endpoint and keeps their
 * sessions. They list in no order. {@link #list} therefore scans all keys of the directory (the prefix up to its last
 * slash) for any limit, and returns up to 10 000. The same holds for other stores with {@code unorderedListing=true} in
 * their URI.
 *
 * <p>Thread-safe. Futures complete on the SDK's event loops, which must not be blocked.
 */
public final class AwsObjectStorage implements ObjectStorage {

    private static final int UPLOADS_PER_PAGE = 1000;

    private final AwsClients.Connection connection;
    private final AwsBucket bucket;
    private final AwsPuts puts;
    private final AwsReads reads;
    private final Listing listing;
    private final AwsDeletes deletes;
    private final AwsMultipartListing multiparts;
    private final EtagStyle style;
    private final LongSupplier random;

    private AwsObjectStorage(
            AwsClients.Connection connection,
            AwsBucket bucket,
            AwsReads reads,
            Listing listing,
            EtagStyle style,
            LongSupplier random) {
        this.connection = connection;
        this.bucket = bucket;
        this.puts = new AwsPuts(bucket, reads);
        this.reads = reads;
        this.listing = listing;
        this.deletes = new AwsDeletes(bucket);
        this.multiparts = new AwsMultipartListing(bucket, UPLOADS_PER_PAGE);
        this.style = style;
        this.random = random;
    }

    /**
     * Connects, and probes the store if that was not done before. Blocks the calling thread for one request, or for
     * some hundreds when probing.
     *
     * @param allocator of the contents; the receiver of a content releases it
     * @param runtime for nonces, unique among all processes, and for pauses before retries of odd answers
     * @throws io.s3stream.api.errors.InvalidRequestException if the bucket does not exist, may not be used, or its
     *     store has no trustworthy conditional writes
     * @throws io.s3stream.api.errors.StorageException if the store has not answered for a minute
     */
    public static AwsObjectStorage open(S3Location location, ByteBufAllocator allocator, EngineRuntime runtime) {
        return open(
                location,
                allocator,
                runtime,
                (bucket, reads) -> new PatientProbe(bucket, reads, () -> nonce(runtime::randomLong), runtime::nanoTime)
                        .run(!location.options().unsafeSkipProbe()));
    }

    /** Connects read-only: makes no request, and needs no permission to write. The storage must not be written to. */
    public static AwsObjectStorage openReadOnly(
            S3Location location, ByteBufAllocator allocator, EngineRuntime runtime) {
        return open(location, allocator, runtime, (bucket, reads) -> EtagStyle.QUOTED);
    }

    private static AwsObjectStorage open(
            S3Location location,
            ByteBufAllocator allocator,
            EngineRuntime runtime,
            BiFunction<AwsBucket, AwsReads, EtagStyle> probe) {
        AwsClients.Connection connection = AwsClients.open(location, RequestLanes.CONNECTIONS);
        try {
            LongSupplier random = runtime::randomLong;
            SerialContext context = runtime.serialContext("s3");
            AwsBucket bucket = AwsBucket.of(
                    connection.client(), location, (delay, task) -> runtime.schedule(delay, context, task));
            var reads = new AwsReads(bucket, allocator);
            EtagStyle style = probe.apply(bucket, reads);
            Listing listing = Listing.of(bucket, location.options().unorderedListing());
            return new AwsObjectStorage(connection, bucket, reads, listing, style, random);
        } catch (RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return puts.put(key, body, condition, style);
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return reads.get(key, range);
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return reads.getIfChanged(key, version);
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return reads.head(key);
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return listing.list(prefix, startAfter, limit);
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        return deletes.delete(keys);
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return AwsMultipart.begin(bucket, key, nonce(random));
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return multiparts.list(prefix);
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return AwsMultipart.abort(bucket, upload.key(), upload.uploadId());
    }

    /** Ends the connections; requests in flight fail. */
    @Override
    public void close() {
        connection.close();
    }

    private static String nonce(LongSupplier random) {
        return String.format("%016x%016x", random.getAsLong(), random.getAsLong());
    }
}
