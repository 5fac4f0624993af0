package io.s3stream.core.register;

import io.s3stream.core.errors.WrongStoreException;
import io.s3stream.spi.metadata.MetadataRegister;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A register outside the bucket. It answers only if it and the bucket belong together. A new store is created in three
 * conditional steps. (1) The bucket gets a marker {bucket}. (2) The register gets a first value {bucket, row, head}.
 * (3) The marker becomes {bucket, row}. No process uses the store before the third step. Different processes may do the
 * steps: after a crash the next opener finishes them. Two empty registers cannot both win the third step, and two
 * buckets cannot share one row.
 *
 * <p>Owns the known part of the binding, which only grows. Thread-safe.
 */
final class BoundRegister implements MetadataRegister {

    private final MetadataRegister register;
    private final StoreBucket bucket;
    private final RegisterUse use;
    private final Supplier<UUID> ids;
    private volatile @Nullable Marker known;

    /**
     * @param register closed with this one
     * @param ids unique ones
     */
    BoundRegister(MetadataRegister register, StoreBucket bucket, RegisterUse use, Supplier<UUID> ids) {
        this.register = register;
        this.bucket = bucket;
        this.use = use;
        this.ids = ids;
    }

    @Override
    public CompletableFuture<Optional<Versioned>> read() {
        return register.read().thenCompose(value -> {
            if (value.isEmpty()) {
                return empty();
            }
            return take(value.get()).thenApply(Optional::of);
        });
    }

    @Override
    public CompletableFuture<Optional<Versioned>> readIfChanged(String version) {
        return register.readIfChanged(version)
                .thenCompose(value -> value.isEmpty()
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : take(value.get()).thenApply(Optional::of));
    }

    @Override
    public CompletableFuture<Optional<String>> compareAndSet(Optional<String> expectedVersion, byte[] head) {
        if (use == RegisterUse.LOOK) {
            return CompletableFuture.failedFuture(StoreBucket.nothingToRead());
        }
        Marker marker = known;
        byte[] copy = head.clone();
        if (marker != null && marker.row().isPresent()) {
            UUID row = marker.row().get();
            return expectedVersion.isEmpty()
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : register.compareAndSet(expectedVersion, new RowValue(marker.bucket(), row, copy).encode());
        }
        return read().thenCompose(present -> {
            Marker now = known;
            if (present.isPresent() || expectedVersion.isPresent() || now == null) {
                boolean isThere = present.map(Versioned::version).equals(expectedVersion);
                return present.isPresent() && isThere
                        ? compareAndSet(expectedVersion, copy)
                        : CompletableFuture.completedFuture(Optional.empty());
            }
            return create(now, copy);
        });
    }

    private CompletableFuture<Optional<String>> create(Marker marker, byte[] head) {
        UUID row = ids.get();
        return register.compareAndSet(Optional.empty(), new RowValue(marker.bucket(), row, head).encode())
                .thenCompose(version -> version.isEmpty()
                        ? CompletableFuture.completedFuture(version)
                        : belongs(marker.bucket(), row).thenApply(right -> version));
    }

    private CompletableFuture<Versioned> take(Versioned value) {
        RowValue row = RowValue.decode(value.value(), toString());
        return belongs(row.bucket(), row.row()).thenApply(right -> new Versioned(value.version(), row.head()));
    }

    /** Checks that the bucket names this row, whose value names that bucket. */
    private CompletableFuture<Void> belongs(UUID ofBucket, UUID row) {
        Marker marker = known;
        Marker wanted = new Marker(ofBucket, Optional.of(row));
        if (marker != null && marker.row().isPresent()) {
            return wanted.equals(marker)
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new WrongStoreException(
                            this + ": its value was replaced by another store's; this node stops"));
        }
        return bucket.look().thenCompose(found -> {
            Marker there = found.flatMap(StoreBucket.Found::marker).orElse(null);
            if (there == null || !there.bucket().equals(ofBucket)) {
                throw notTheBuckets(found);
            }
            if (there.equals(wanted)) {
                known = wanted;
                return CompletableFuture.completedFuture(null);
            }
            if (there.row().isPresent()) {
                throw notTheBuckets(found);
            }
            if (use == RegisterUse.LOOK) {
                return CompletableFuture.completedFuture(null); // a store that no process has used yet
            }
            // Another process may seal it first, for any row: the next look tells.
            return bucket.seal(found.get().version(), wanted).thenCompose(done -> belongs(ofBucket, row));
        });
    }

    private WrongStoreException notTheBuckets(Optional<StoreBucket.Found> found) {
        if (found.isEmpty()) {
            return new WrongStoreException(
                    this + " has the head of a store that is not in this bucket. The bucket is empty."
                            + " Name that store's storage, or for a new store a name that is not in the register yet");
        }
        return found.get().marker().isEmpty()
                ? hasItsOwn()
                : new WrongStoreException(this + " has the head of another store than the one in this bucket: object="
                        + StoreBucket.KEY + " names another row. Name the register and the storage of one store");
    }

    private WrongStoreException hasItsOwn() {
        return new WrongStoreException(this + ": the store in this bucket has its head in object=" + StoreBucket.KEY
                + ", not in a register of its own: open it without one");
    }

    /** Handles a register without a value: there is no store yet, or this is not the bucket's register. */
    private CompletableFuture<Optional<Versioned>> empty() {
        Marker marker = known;
        if (marker != null && marker.row().isPresent()) {
            return CompletableFuture.failedFuture(lost());
        }
        return bucket.look().thenCompose(found -> {
            if (found.isEmpty()) {
                return use == RegisterUse.LOOK ? CompletableFuture.completedFuture(Optional.empty()) : claim();
            }
            Marker there = found.get().marker().orElseThrow(this::hasItsOwn);
            if (there.row().isPresent()) {
                return readAgain();
            }
            known = there;
            return CompletableFuture.completedFuture(Optional.empty());
        });
    }

    /**
     * The marker names a row, so the register has had a value. A still empty one is not the bucket's, or its row is
     * lost.
     */
    private CompletableFuture<Optional<Versioned>> readAgain() {
        return register.read().thenCompose(value -> {
            if (value.isEmpty()) {
                throw lost();
            }
            return take(value.get()).thenApply(Optional::of);
        });
    }

    private WrongStoreException lost() {
        return new WrongStoreException(this + " has no value, but the store in this bucket has its head in a register:"
                + " this is not that register, or its row is lost. Name the right one, or restore the row; if it is lost"
                + " permanently, delete object=" + StoreBucket.KEY + " and make new metadata with 'rebuild'");
    }

    private CompletableFuture<Optional<Versioned>> claim() {
        CompletableFuture<Boolean> unused = use == RegisterUse.REBUILD
                ? CompletableFuture.completedFuture(true)
                : bucket.requireUnused(", nor a value of " + this);
        return unused.thenCompose(mayBegin -> {
            if (!mayBegin) {
                return read();
            }
            return bucket.claim(ids.get()).thenCompose(claimed -> {
                if (claimed.isEmpty()) {
                    return read();
                }
                known = claimed.get();
                return CompletableFuture.completedFuture(Optional.empty());
            });
        });
    }

    @Override
    public void close() {
        register.close();
    }

    @Override
    public String toString() {
        return "register=" + register;
    }
}
