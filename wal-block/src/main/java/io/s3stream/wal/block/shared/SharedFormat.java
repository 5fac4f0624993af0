package io.s3stream.wal.block.shared;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Blocks;
import io.s3stream.wal.block.device.LockIdentity;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.device.ProcessTable;
import io.s3stream.wal.block.format.AttachRequest;
import io.s3stream.wal.block.format.SharedLayout;
import io.s3stream.wal.block.format.SharedOptions;
import io.s3stream.wal.block.format.SharedSuperblock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Formats a blank device for shared mode. At most one node of the store formats at a time: the node whose claim is in
 * the object {@value #CLAIM_KEY}, written by compare-and-set. Other nodes wait for it, for a limited time. If its
 * process is gone, its writes have ended, and the next node replaces the claim. On another host a node cannot know
 * that; it then fails with a message that tells the operator the remedy.
 *
 * <p>The order is: claim, allocation table, fence cells, superblock, release of the claim. So a device with a
 * superblock has a table and unset cells.
 *
 * <p>Used once. The chain of returned futures owns its fields.
 */
public final class SharedFormat {

    public static final String CLAIM_KEY = AllocationRegister.PREFIX + "formatting";

    private static final Logger log = LoggerFactory.getLogger(SharedFormat.class);
    /** Separates the text for messages from the name of the process. */
    private static final String SEPARATOR = "\n";

    private static final byte[] NOBODY = "nobody".getBytes(StandardCharsets.UTF_8);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int ATTEMPTS = 20;
    private static final int FOREIGN_CHECK_BYTES = 1 << 20;
    private static final int ZEROS_BYTES = 1 << 20;

    private final AttachRequest request;
    private final SharedOptions options;
    private final MediumIo io;
    private final EngineRuntime runtime;
    private final ConditionalObject claim;
    private final ProcessTable processes;
    private final byte[] mine;

    SharedFormat(AttachRequest request, SharedOptions options, MediumIo io, ProcessTable processes) {
        this.request = request;
        this.options = options;
        this.io = io;
        this.runtime = request.context().runtime();
        this.claim = new ConditionalObject(request.context().storage(), CLAIM_KEY);
        this.processes = processes;
        LockIdentity here = io.device().lockIdentity();
        this.mine = ("claim " + newId() + ": node " + request.context().nodeId() + ", process " + here.pid()
                        + " on host "
                        + here.hostName() + ", for " + request.options().path() + ", since "
                        + Instant.ofEpochMilli(runtime.currentTimeMillis()) + SEPARATOR + processes.self())
                .getBytes(StandardCharsets.UTF_8);
    }

    /** @return the superblock, written by this node or by another one */
    CompletableFuture<SharedSuperblock> run() {
        return look(ATTEMPTS);
    }

    private CompletableFuture<SharedSuperblock> look(int attempts) {
        return io.submit("wal-look", () -> Optional.ofNullable(SharedSuperblock.read(blocks())))
                .thenCompose(present -> present.isPresent()
                        ? CompletableFuture.completedFuture(present.get())
                        : claim.readAgreed().thenCompose(found -> claim(found, attempts)));
    }

    private CompletableFuture<SharedSuperblock> claim(Optional<ConditionalObject.Content> found, int attempts) {
        byte[] holder = found.map(ConditionalObject.Content::bytes).orElse(NOBODY);
        if (Arrays.equals(holder, mine)) {
            // Release in any case: writes to the device are synchronous, so none of them is in flight.
            return format().handle((superblock, error) -> release()
                            .thenCompose(released -> error == null
                                    ? CompletableFuture.completedFuture(superblock)
                                    : CompletableFuture.<SharedSuperblock>failedFuture(error)))
                    .thenCompose(done -> done);
        }
        String[] who = new String(holder, StandardCharsets.UTF_8).split(SEPARATOR, 2);
        if (attempts == 0) {
            return CompletableFuture.failedFuture(new ConflictException("block WAL " + io.name()
                    + " is blank, and only one node at a time may format a device: " + who[0]
                    + "; if that process is certainly gone, delete the object " + CLAIM_KEY + " of the store"));
        }
        if (Arrays.equals(holder, NOBODY)) {
            return claimNow(found.orElse(null), attempts);
        }
        return io.submit("wal-processes", () -> who.length == 2 && processes.isGone(who[1]))
                .thenCompose(gone -> gone ? claimNow(found.orElseThrow(), attempts) : lookLater(attempts));
    }

    private CompletableFuture<SharedSuperblock> lookLater(int attempts) {
        CompletableFuture<SharedSuperblock> later = new CompletableFuture<>();
        runtime.schedule(
                PATIENCE,
                Runnable::run,
                () -> look(attempts - 1).whenComplete((result, error) -> {
                    if (error == null) {
                        later.complete(result);
                    } else {
                        later.completeExceptionally(error);
                    }
                }));
        return later;
    }

    private CompletableFuture<SharedSuperblock> claimNow(ConditionalObject.@Nullable Content expected, int attempts) {
        return claim.write(mine, expected).handle((written, error) -> error).thenCompose(error -> {
            if (error != null) {
                log.info("{}: it is unknown yet whether the claim was written: {}", io.name(), error.toString());
            }
            return look(attempts - 1); // the present claim decides
        });
    }

    private CompletableFuture<SharedSuperblock> format() {
        UUID id = newId();
        AllocationRegister register =
                new AllocationRegister(id, request.context().storage());
        return io.submit("wal-format-check", this::describeNew)
                .thenCompose(made -> made.layout == null
                        ? CompletableFuture.completedFuture(made.present)
                        : register.create(new AllocationTable(id, made.layout, 0, List.of()))
                                .thenCompose(created -> io.submit("wal-format", () -> write(id, made.layout))));
    }

    /** Either the superblock of another node, or the layout to write; the other component is null. */
    private record Made(
            @Nullable SharedSuperblock present, @Nullable SharedLayout layout) {}

    private Made describeNew() throws IOException {
        SharedSuperblock present = SharedSuperblock.read(blocks());
        if (present != null) {
            return new Made(present, null);
        }
        if (!blocks().areZero(0, FOREIGN_CHECK_BYTES)) {
            throw new ConflictException(
                    "block WAL " + io.name() + " was blank, but is not blank now; another program wrote to it");
        }
        BlockDevice device = io.device();
        long bytes = request.options().usableBytes(device.size(), device.isFixedSize(), request.uri());
        return new Made(null, SharedLayout.of(bytes, options));
    }

    private SharedSuperblock write(UUID id, SharedLayout layout) throws IOException {
        BlockDevice device = io.device();
        device.grow(layout.mediumBytes());
        zero(SharedLayout.CELLS_START, layout.extentStart(0));
        device.force();
        SharedSuperblock superblock =
                new SharedSuperblock(id, request.context().storeId(), runtime.currentTimeMillis(), layout);
        blocks().write(0, superblock::encode);
        device.force();
        if (!superblock.equals(SharedSuperblock.read(blocks()))) {
            throw new StorageException("block WAL " + io.name() + ": its superblock differs from the one just written");
        }
        log.info("{}: formatted for shared mode as device {}, {}", io.name(), id, layout);
        return superblock;
    }

    /** Writes zeros: old content of the device must not look like a fence, nor hide one. */
    private void zero(long from, long to) throws IOException {
        for (long at = from; at < to; ) {
            long position = at;
            int length = (int) Math.min(ZEROS_BYTES, to - at);
            blocks().withBuffer(length, (ByteBuffer zeros) -> {
                io.device().write(zeros, position);
                return zeros;
            });
            at += length;
        }
    }

    private CompletableFuture<Void> release() {
        return claim.readAgreed()
                .thenCompose(found -> claim.write(NOBODY, found.orElseThrow()))
                .handle((written, error) -> {
                    if (error != null) {
                        log.warn(
                                "object={} could not be released; no other device can be formatted until it is deleted",
                                CLAIM_KEY,
                                error);
                    }
                    return null;
                });
    }

    private Blocks blocks() {
        return new Blocks(io.device(), io.allocator());
    }

    private UUID newId() {
        return new UUID(runtime.randomLong(), runtime.randomLong());
    }
}
