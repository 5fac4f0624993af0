package io.s3stream.wal.block;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import java.io.IOException;
import java.util.List;

/**
 * Takes a medium: opens it, locks it without waiting, makes sure that it is ours or fresh, and leaves a note who holds
 * it. Blocking; used once.
 */
final class Attach {

    private final AttachRequest request;
    private final BlockDevice device;
    private final Superblock superblock;

    Attach(AttachRequest request, BlockDevice device) {
        this.request = request;
        this.device = device;
        this.superblock = new Superblock(device, request.context().allocator());
    }

    /** @return the opening records on the medium */
    List<OpeningRecord> run() throws IOException {
        if (!device.tryLock()) {
            throw new ConflictException(medium() + " is held by " + superblock.describeHolder());
        }
        requireOurs();
        List<OpeningRecord> openings = superblock.readOpenings();
        for (OpeningRecord opening : openings) {
            if (!opening.owner().equals(request.owner())) {
                throw new ConflictException(medium() + " belongs to " + opening.owner() + ", not to " + request.owner()
                        + "; use another path, or delete that WAL if its store needs it no more");
            }
        }
        LockIdentity identity = device.lockIdentity();
        superblock.writeHolder(new Holder(
                identity.pid(), identity.hostName(), request.context().runtime().currentTimeMillis()));
        return openings;
    }

    private void requireOurs() throws IOException {
        boolean create = request.mode() == AttachMode.CREATE;
        Superblock.Content content;
        try {
            content = superblock.content();
        } catch (CorruptedDataException e) {
            throw new CorruptedDataException(medium() + ": " + e.getMessage(), e);
        }
        if (content == Superblock.Content.OURS) {
            return;
        }
        if (content == Superblock.Content.SHARED) {
            throw new InvalidRequestException(medium() + " is formatted for shared mode; add mode=shared to its URI, or"
                    + " when its store needs it no more zero its first MiB");
        }
        if (!create) {
            throw new StorageException(medium() + " is unreachable: "
                    + (content == Superblock.Content.FRESH ? "it is empty" : "what is there is not a WAL")
                    + "; is this the right device or mount?");
        }
        if (content == Superblock.Content.FOREIGN) {
            throw new InvalidRequestException(medium() + " holds other data and is not overwritten; use another path,"
                    + " or zero its first MiB if that data is not needed");
        }
        if (device.isFixedSize() && device.size() < RingGeometry.MIN_CAPACITY) {
            throw new InvalidRequestException(
                    medium() + " has only " + device.size() + " bytes, less than " + RingGeometry.MIN_CAPACITY);
        }
        superblock.format(request.context().runtime().currentTimeMillis());
    }

    private String medium() {
        return "block WAL " + request.options().path();
    }
}
