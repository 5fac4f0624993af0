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
 * Attaches an exclusive medium. The order of the steps is:
 *
 * <ol>
 *   <li>take the lock, without waiting;
 *   <li>check the owner;
 *   <li>check the fate of the noted holder;
 *   <li>write this process's own note, which fences that holder;
 *   <li>check the fate again;
 *   <li>read the opening records.
 * </ol>
 *
 * <p>If the old holder begins to write at the same moment, it reads the new note, or the second check of its fate
 * detects it. Blocking; used once.
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
     * @param cell the fence cell, as this holder sees it
     * @param openings the opening records on the medium
     */
    record Attached(HolderCell cell, List<OpeningRecord> openings) {}

    public Attached run() throws IOException {
        if (!device.tryLock()) {
            throw new ConflictException(medium() + " is held by " + superblock.describeHolder()
                    + (device.isLockedHere()
                            ? ", which is this very process; it may have attached the medium by another name"
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
                    + "; use another path, or delete that WAL if its store no longer needs it");
        }
    }

    /** Returns the noted holder, or null if no process can have a write in flight. */
    private @Nullable HolderNote holderBefore() throws IOException {
        try {
            return superblock.readHolder();
        } catch (CorruptedDataException e) {
            if (!rules.mayTake(HolderFate.UNPROVEN, request.options().singleAttach())) {
                throw new ConflictException(
                        medium() + ": " + e.getMessage()
                                + ", so it is unknown whether its last holder is gone; if you"
                                + " know that it is gone, add singleAttach=true to the URI",
                        e);
            }
            log.warn("{}: {}; overwritten, because the URI contains singleAttach=true", medium(), e.getMessage());
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
                                + " does not prove that this process is gone; if you know that it is gone, and that"
                                + " this is not an older copy, add singleAttach=true to the URI");
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

    /** Returns whether this process is the holder. The JVM tracks its own locks, so a free lock proves its end. */
    private boolean isThisProcess(String process) {
        return !process.isEmpty() && process.equals(processes.self());
    }

    /** Writes this holder's note, and checks whether the page cache shows it. */
    private HolderCell note() throws IOException {
        var runtime = request.context().runtime();
        HolderNote mine = new HolderNote(
                new UUID(runtime.randomLong(), runtime.randomLong()),
                processes.self(),
                device.lockIdentity(),
                runtime.currentTimeMillis());
        Blocks blocks = new Blocks(device, request.context().allocator());
        blocks.withBuffer(
                BlockDevice.ALIGNMENT,
                block -> device.readCached(block, Superblock.HOLDER_POSITION)); // caches the old block
        superblock.writeHolder(mine);
        boolean cached = blocks.withBuffer(BlockDevice.ALIGNMENT, block -> {
            device.readCached(block, Superblock.HOLDER_POSITION);
            return mine.isIn(block.slice(0, Sector.BYTES));
        });
        if (!cached) {
            log.warn("{}: the page cache does not show direct writes, so each append also reads the medium", medium());
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
                    + " if its store no longer needs it, zero its first MiB");
        }
        if (!create) {
            throw new StorageException(medium() + " is unreachable: "
                    + (content == Superblock.Content.FRESH ? "it is empty" : "its content is not a WAL")
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
