package io.s3stream.wal.block.exclusive;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Blocks;
import io.s3stream.wal.block.device.ProcessTable;
import io.s3stream.wal.block.device.Sector;
import io.s3stream.wal.block.format.AttachRequest;
import io.s3stream.wal.block.format.HolderNote;
import io.s3stream.wal.block.format.OpeningRecord;
import io.s3stream.wal.block.format.RingGeometry;
import io.s3stream.wal.block.format.Superblock;
import io.s3stream.wal.block.ring.FenceRules;
import io.s3stream.wal.block.ring.HolderFate;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an exclusive medium. The order: lock, without waiting; owner; fate of the noted holder; own note, which fences that
 * holder; fate once more; opening records. A holder that begins to write at the same moment either reads the new note or is
 * seen by the second look at its fate. Blocking; used once.
 */
public final class Attach {

    private static final Logger log = LoggerFactory.getLogger(Attach.class);

    private final AttachRequest request;
    private final BlockDevice device;
    private final Superblock superblock;
    private final FenceRules rules;
    private final ProcessTable processes;

    public Attach(AttachRequest request, BlockDevice device, FenceRules rules, ProcessTable processes) {
        this.request = request;
        this.device = device;
        this.superblock = new Superblock(device, request.context().allocator());
        this.rules = rules;
        this.processes = processes;
    }

    /**
     * @param cell of this holder
     * @param openings the opening records on the medium
     */
    record Attached(HolderCell cell, List<OpeningRecord> openings) {}

    public Attached run() throws IOException {
        if (!device.tryLock()) {
            throw new ConflictException(medium() + " is held by " + superblock.describeHolder()
                    + (device.isLockedHere()
                            ? ", which is this very process; it may have attached it by another name"
                            : ""));
        }
        requireOurs();
        requireOwner(superblock.readOwner());
        HolderNote before = holderBefore();
        requireQuiet(before);
        HolderCell cell = note();
        requireQuiet(before);
        cell.requireMine();
        List<OpeningRecord> openings = superblock.readOpenings();
        openings.forEach(opening -> requireOwner(opening.owner()));
        return new Attached(cell, openings);
    }

    private void requireOwner(OpeningRecord.Owner owner) {
        if (!rules.mayUse(owner.equals(request.owner()))) {
            throw new ConflictException(medium() + " belongs to " + owner + ", not to " + request.owner()
                    + "; use another path, or delete that WAL if its store needs it no more");
        }
    }

    /** Returns null where nobody can be under way. */
    private @Nullable HolderNote holderBefore() throws IOException {
        try {
            return superblock.readHolder();
        } catch (CorruptedDataException e) {
            if (!rules.mayTake(HolderFate.UNPROVEN, request.options().singleAttach())) {
                throw new ConflictException(
                        medium() + ": " + e.getMessage()
                                + ", so it is not known whether its last holder is gone; when you"
                                + " know that it is, add singleAttach=true to the URI",
                        e);
            }
            log.warn("{}: {}; overwritten, because the URI says singleAttach=true", medium(), e.getMessage());
            return null;
        }
    }

    private void requireQuiet(@Nullable HolderNote before) throws IOException {
        HolderFate fate = fate(before);
        if (before == null || rules.mayTake(fate, request.options().singleAttach())) {
            return;
        }
        String why = device.lockIdentity().whyNotProof(before.lock().toProperties(), device.isFixedSize());
        throw new ConflictException(
                fate == HolderFate.RUNNING
                        ? medium() + " is held by " + before.describe()
                                + ", which is still running although its lock is"
                                + " free: a process loses the lock when it closes any other descriptor of the file, for"
                                + " example after a backup; end that process first"
                        : medium() + " was written by " + before.describe() + ", and " + why
                                + ", so holding its lock here"
                                + " does not prove that this process is gone; when you know that it is, and that this is"
                                + " not an older copy, add singleAttach=true to the URI");
    }

    private HolderFate fate(@Nullable HolderNote before) throws IOException {
        if (before == null || isThisProcess(before.process()) || !superblock.mayWrite(before)) {
            return HolderFate.QUIET;
        }
        if (processes.isGone(before.process())) {
            return HolderFate.QUIET;
        }
        if (processes.isRunning(before.process())) {
            return HolderFate.RUNNING;
        }
        return device.lockIdentity().whyNotProof(before.lock().toProperties(), device.isFixedSize()) == null
                ? HolderFate.UNSEEN
                : HolderFate.UNPROVEN;
    }

    /** Within a process the virtual machine keeps the locks, so a free one proves that the holder has ended. */
    private boolean isThisProcess(String process) {
        return !process.isEmpty() && process.equals(processes.self());
    }

    /** Writes this holder's note, and finds out whether the page cache shows it. */
    private HolderCell note() throws IOException {
        var runtime = request.context().runtime();
        HolderNote mine = new HolderNote(
                new UUID(runtime.randomLong(), runtime.randomLong()),
                processes.self(),
                device.lockIdentity(),
                runtime.currentTimeMillis());
        Blocks blocks = new Blocks(device, request.context().allocator());
        blocks.withBuffer(
                BlockDevice.ALIGNMENT, block -> device.readCached(block, Superblock.HOLDER_POSITION)); // what was there
        superblock.writeHolder(mine);
        boolean cached = blocks.withBuffer(BlockDevice.ALIGNMENT, block -> {
            device.readCached(block, Superblock.HOLDER_POSITION);
            return mine.isIn(block.slice(0, Sector.BYTES));
        });
        if (!cached) {
            log.warn(
                    "{}: its page cache does not show what was written directly; each append reads the medium, too",
                    medium());
        }
        return new HolderCell(medium(), device, request.context().allocator(), rules, mine, cached);
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
        if (content == Superblock.Content.OTHER_VERSION) {
            throw new StorageException(medium() + " " + Superblock.OTHER_VERSION);
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
        if (!device.isFixedSize()) {
            device.requireRoom(request.options().usableBytes(device.size(), false, request.uri()));
        }
        superblock.format(request.owner(), request.context().runtime().currentTimeMillis());
    }

    private String medium() {
        return "block WAL " + request.options().path();
    }
}
