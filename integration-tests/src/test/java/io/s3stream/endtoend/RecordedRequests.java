package io.s3stream.endtoend;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectStorageProvider;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Buckets in memory, below {@code s3:}, that record the permission which S3 demands for each request. Buckets outlive
 * their users. Thread-safe.
 */
final class RecordedRequests implements ObjectStorageProvider {

    /** Of a request for a key, or, with an empty key, for the bucket. */
    record Need(String bucket, String action, String key) {}

    private final Map<String, ObjectStorage> buckets = new ConcurrentHashMap<>();
    private final Set<Need> needs = ConcurrentHashMap.newKeySet();

    @Override
    public Set<String> schemes() {
        return Set.of("s3");
    }

    /** Returns the needs recorded since the last call for one bucket. */
    Set<Need> take(String bucket) {
        Set<Need> taken = ConcurrentHashMap.newKeySet();
        needs.stream().filter(need -> need.bucket().equals(bucket)).forEach(taken::add);
        needs.removeAll(taken);
        return taken;
    }

    void forget() {
        needs.clear();
    }

    /** As the storage of S3 does, reads the verdict of its probe, and probes at the first opening of a bucket. */
    @Override
    public ObjectStorage open(URI uri, ByteBufAllocator allocator, EngineRuntime runtime) {
        String bucket = uri.getHost();
        boolean isFirst = !buckets.containsKey(bucket);
        needs.add(new Need(bucket, "s3:GetObject", "meta/probe-v1"));
        if (isFirst) {
            needs.add(new Need(bucket, "s3:ListBucket", ""));
            needs.add(new Need(bucket, "s3:PutObject", "meta/probe-v1"));
            needs.add(new Need(bucket, "s3:PutObject", "meta/probe/nonce/headers"));
            needs.add(new Need(bucket, "s3:GetObject", "meta/probe/nonce/headers"));
            needs.add(new Need(bucket, "s3:DeleteObject", "meta/probe/nonce/headers"));
        }
        return openReadOnly(uri, allocator, runtime);
    }

    @Override
    public ObjectStorage openReadOnly(URI uri, ByteBufAllocator allocator, EngineRuntime runtime) {
        String bucket = uri.getHost();
        return new Recording(bucket, buckets.computeIfAbsent(bucket, absent -> new MemoryObjectStorage(allocator)));
    }

    /** Returns the bucket itself, unrecorded. */
    ObjectStorage bucket(String name) {
        return Optional.ofNullable(buckets.get(name)).orElseThrow();
    }

    private final class Recording extends ForwardingObjectStorage {

        private final String bucket;

        Recording(String bucket, ObjectStorage behind) {
            super(behind);
            this.bucket = bucket;
        }

        private void need(String action, String key) {
            needs.add(new Need(bucket, action, key));
        }

        /** S3 answers a missing key by 403 unless the caller may list. */
        private <T> CompletableFuture<T> read(String key, CompletableFuture<T> answer, T missing) {
            need("s3:GetObject", key);
            return answer.whenComplete((found, error) -> {
                if (missing.equals(found)) {
                    need("s3:ListBucket", "");
                }
            });
        }

        @Override
        public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
            need("s3:PutObject", key);
            return super.put(key, body, condition);
        }

        @Override
        public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
            return read(key, super.get(key, range), Optional.empty());
        }

        @Override
        public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
            return read(key, super.getIfChanged(key, version), new ConditionalContent.Missing());
        }

        @Override
        public CompletableFuture<Optional<ObjectSummary>> head(String key) {
            return read(key, super.head(key), Optional.empty());
        }

        @Override
        public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
            need("s3:ListBucket", "");
            return super.list(prefix, startAfter, limit);
        }

        @Override
        public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
            keys.forEach(key -> need("s3:DeleteObject", key));
            return super.delete(keys);
        }

        @Override
        public CompletableFuture<MultipartUpload> createMultipart(String key) {
            need("s3:PutObject", key);
            need("s3:AbortMultipartUpload", key); // if a part fails
            return super.createMultipart(key).thenApply(upload -> new RecordedUpload(key, upload));
        }

        @Override
        public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
            need("s3:ListBucketMultipartUploads", "");
            return super.listMultiparts(prefix);
        }

        @Override
        public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
            need("s3:AbortMultipartUpload", upload.key());
            return super.abortMultipart(upload);
        }

        /** Leaves the bucket open for the next user. */
        @Override
        public void close() {}

        private final class RecordedUpload implements MultipartUpload {

            private final String key;
            private final MultipartUpload upload;

            RecordedUpload(String key, MultipartUpload upload) {
                this.key = key;
                this.upload = upload;
            }

            @Override
            public CompletableFuture<Void> part(int number, ObjectBody body) {
                return upload.part(number, body);
            }

            @Override
            public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
                need("s3:GetObject", sourceKey);
                return upload.copyPart(number, sourceKey, from, length);
            }

            @Override
            public CompletableFuture<String> complete() {
                need("s3:GetObject", key); // the retry after a lost answer reads the object
                return upload.complete();
            }

            @Override
            public CompletableFuture<Void> abort() {
                need("s3:AbortMultipartUpload", key);
                return upload.abort();
            }
        }
    }
}
