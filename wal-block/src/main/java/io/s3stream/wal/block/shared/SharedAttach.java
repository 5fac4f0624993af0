package io.s3stream.wal.block.shared;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Blocks;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.device.ProcessTable;
import io.s3stream.wal.block.format.AttachRequest;
import io.s3stream.wal.block.format.SharedLayout;
import io.s3stream.wal.block.format.SharedOptions;
import io.s3stream.wal.block.format.SharedSuperblock;
import io.s3stream.wal.block.format.Superblock;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Attaches a device in shared mode, and formats it if it is blank and formatting is allowed. Used once. */
public final class SharedAttach {

    private final AttachRequest request;
    private final SharedOptions options;
    private final MediumIo io;
    private final ProcessTable processes;

    public SharedAttach(AttachRequest request, SharedOptions options, MediumIo io, ProcessTable processes) {
        this.request = request;
        this.options = options;
        this.io = io;
        this.processes = processes;
    }

    /** The superblock and the allocation table of an attached device. */
    public record Reached(SharedSuperblock superblock, AllocationRegister register) {}

    public CompletableFuture<Reached> run() {
        return io.submit("wal-attach", this::look)
                .thenCompose(present -> present.isPresent()
                        ? CompletableFuture.completedFuture(present.get())
                        : new SharedFormat(request, options, io, processes).run())
                .thenCompose(superblock ->
                        io.submit("wal-check", () -> check(superblock)).thenCompose(this::reach));
    }

    private Optional<SharedSuperblock> look() throws IOException {
        if (!io.device().isDirect()) {
            throw new InvalidRequestException(
                    medium() + ": mode=shared needs direct I/O, which its file system refuses:"
                            + " it would not see the writes of others; name a block device, or a file with O_DIRECT");
        }
        Superblock.Content content;
        try {
            content = new Superblock(io.device(), io.allocator()).content();
        } catch (CorruptedDataException e) {
            throw new CorruptedDataException(medium() + ": " + e.getMessage(), e);
        }
        boolean create = request.mode() == AttachMode.CREATE;
        return switch (content) {
            case SHARED -> Optional.ofNullable(SharedSuperblock.read(new Blocks(io.device(), io.allocator())));
            case FRESH -> {
                if (!create) {
                    throw new StorageException(
                            medium() + " is unreachable: it is empty; is this the right device or mount?");
                }
                yield Optional.empty();
            }
            case OTHER_VERSION -> throw new StorageException(medium() + " " + Superblock.OTHER_VERSION);
            case OURS ->
                throw new InvalidRequestException(medium() + " holds a WAL in exclusive mode; leave mode=shared out, or"
                        + " if its store no longer needs it, zero its first MiB");
            case FOREIGN -> {
                if (!create) {
                    throw new StorageException(
                            medium() + " is unreachable: its content is not a WAL; is this the right device or mount?");
                }
                throw new InvalidRequestException(
                        medium() + " holds other data and is not overwritten; use another path,"
                                + " or zero its first MiB if that data is not needed");
            }
        };
    }

    private SharedSuperblock check(SharedSuperblock superblock) throws IOException {
        if (!superblock.store().equals(request.context().storeId())) {
            throw new ConflictException(medium() + " belongs to store=" + superblock.store() + ", not to store="
                    + request.context().storeId() + "; use another device");
        }
        SharedLayout layout = superblock.layout();
        if (io.device().size() < layout.mediumBytes()) {
            throw new StorageException(medium() + " has " + io.device().size() + " bytes, but was formatted with "
                    + layout.mediumBytes() + "; is this the right device?");
        }
        checkOption(SharedOptions.EXTENT, options.extentBytes() & -BlockDevice.ALIGNMENT, layout.extentBytes());
        checkOption(SharedOptions.CELLS, options.cells(), layout.cells());
        return superblock;
    }

    private void checkOption(String name, long wanted, long formatted) {
        if (wanted != 0 && wanted != formatted) {
            throw new InvalidRequestException("block WAL option " + name + "='" + wanted + "' in "
                    + SafeUri.of(request.uri()) + ": the device was formatted with " + formatted
                    + ", which cannot be changed; leave it out");
        }
    }

    /** Reads the table, so that an unreachable table fails the attach. */
    private CompletableFuture<Reached> reach(SharedSuperblock superblock) {
        AllocationRegister register =
                new AllocationRegister(superblock.device(), request.context().storage());
        return register.read().thenApply(table -> {
            if (!table.layout().equals(superblock.layout())) {
                throw new CorruptedDataException(medium() + ": device " + superblock.device() + " has "
                        + superblock.layout() + ", but its allocation table " + table.layout());
            }
            return new Reached(superblock, register);
        });
    }

    private String medium() {
        return "block WAL " + request.options().path();
    }
}
