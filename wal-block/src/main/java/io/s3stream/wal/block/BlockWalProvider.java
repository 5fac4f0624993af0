package io.s3stream.wal.block;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalPaths;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.DeviceSource;
import io.s3stream.wal.block.device.FileDeviceSource;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.exclusive.Attach;
import io.s3stream.wal.block.exclusive.BlockMedium;
import io.s3stream.wal.block.format.AttachRequest;
import io.s3stream.wal.block.format.BlockOptions;
import io.s3stream.wal.block.format.SharedOptions;
import io.s3stream.wal.block.ring.FenceRules;
import io.s3stream.wal.block.ring.TailJudge;
import io.s3stream.wal.block.shared.SharedAttach;
import io.s3stream.wal.block.shared.SharedMedium;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Opens WALs at {@code block:///path/to/file} and {@code block:///dev/name}, in one of two modes. Options of both
 * modes:
 *
 * <ul>
 *   <li>{@code mode}: {@code exclusive} (default), for one process at a time, guarded by a lock of the operating
 *       system; or {@code shared}, for a device that is attached to several hosts and used by many nodes of one store
 *       at the same time
 *   <li>{@code capacity}: the bytes of file or device to use, at least 96 KiB; default 512 MiB for a file, all of a
 *       device. Frames are at most a quarter of the space of a generation.
 *   <li>{@code maxInFlight}: the maximum number of frames in flight, default 8
 *   <li>{@code maxInFlightBytes}: the maximum bytes in flight, default 8 MiB
 * </ul>
 *
 * <p>Option of exclusive mode:
 *
 * <ul>
 *   <li>{@code singleAttach=true}: the operator's word that no other process can still write to the medium. It is
 *       needed if the lock cannot prove that, for example after the volume has moved to another host.
 * </ul>
 *
 * <p>Options of shared mode. {@code extent} and {@code cells} take effect when a blank device is formatted. Later they
 * must have the same values.
 *
 * <ul>
 *   <li>{@code extent}: the bytes of one generation; default 512 MiB, or an eighth of a small device
 *   <li>{@code cells}: the maximum number of openings until the device must be formatted again; default up to 65536
 *   <li>{@code writersGone=node:walEpoch,…}: the operator's word that no write of these writers is in flight, because
 *       their process has ended, or because the device is detached from its host
 * </ul>
 */
public final class BlockWalProvider implements WalProvider {

    /** An inspection needs a thread to check frames and a thread to read ahead. */
    private static final int INSPECT_THREADS = 2;

    private final DeviceSource devices;
    private final TailJudge judge;
    private final FenceRules rules;

    /** Opens files and devices of this machine. For {@link java.util.ServiceLoader}. */
    public BlockWalProvider() {
        this(new FileDeviceSource());
    }

    /** @param devices replaceable by a simulator */
    public BlockWalProvider(DeviceSource devices) {
        this(devices, new TailJudge());
    }

    /** @param judge replaceable by tests that show which data is lost without it */
    public BlockWalProvider(DeviceSource devices, TailJudge judge) {
        this(devices, judge, new FenceRules());
    }

    /**
     * @param judge replaceable by tests that show which data is lost without it
     * @param rules replaceable by tests in the same way
     */
    public BlockWalProvider(DeviceSource devices, TailJudge judge, FenceRules rules) {
        this.devices = devices;
        this.judge = judge;
        this.rules = rules;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(BlockOptions.SCHEME);
    }

    @Override
    public String mediumId(URI uri) {
        return BlockOptions.mediumId(uri, devices::canonical);
    }

    @Override
    public boolean mayFollow(URI recorded, List<URI> known) {
        return WalPaths.isBeside(recorded, known);
    }

    @Override
    public boolean isPathOfMachine() {
        return true;
    }

    @Override
    public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
        BlockOptions options;
        try {
            options = BlockOptions.parse(uri);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        AttachRequest request = new AttachRequest(uri, options, mode, context);
        IoExecutor executor = context.runtime().ioExecutor("wal-block", options.maxInFlight());
        CompletableFuture<WalMedium> attached =
                executor.submit("wal-open", () -> open(request, executor)).thenCompose(io -> attach(request, io));
        attached.whenComplete((medium, failure) -> {
            if (failure != null) {
                executor.close();
            }
        });
        return attached;
    }

    /** Inspects a medium in either mode, independent of the mode in the URI. */
    @Override
    public CompletableFuture<WalInspection> inspect(URI uri, WalContext context) {
        BlockOptions options;
        try {
            options = BlockOptions.parse(uri);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        String name = options.path().toString();
        IoExecutor executor = context.runtime().ioExecutor("wal-inspect", INSPECT_THREADS);
        CompletableFuture<WalInspection> inspected = executor.submit("wal-open", () -> {
                    try {
                        return new MediumIo(
                                name, devices.openForReading(options.path()), executor, context.allocator());
                    } catch (IOException e) {
                        throw new StorageException("block WAL " + name + " cannot be opened: " + e.getMessage(), e);
                    }
                })
                .thenCompose(io -> new Inspection(uri, io, judge).run().whenComplete((done, error) -> io.close()));
        inspected.whenComplete((done, failure) -> {
            if (failure != null) {
                executor.close();
            }
        });
        return inspected;
    }

    private MediumIo open(AttachRequest request, IoExecutor executor) {
        String name = request.options().path().toString();
        try {
            BlockDevice device = devices.open(request.options().path(), request.mode() == AttachMode.CREATE);
            return new MediumIo(name, device, executor, request.context().allocator());
        } catch (IOException e) {
            throw new StorageException("block WAL " + name + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private CompletableFuture<WalMedium> attach(AttachRequest request, MediumIo io) {
        SharedOptions shared = request.options().shared();
        CompletableFuture<WalMedium> attached = shared == null
                ? io.submit(
                        "wal-attach",
                        () -> new BlockMedium(
                                io, judge, request, new Attach(request, io.device(), rules, devices.processes()).run()))
                : new SharedAttach(request, shared, io, devices.processes())
                        .run()
                        .thenApply(reached -> new SharedMedium(
                                request, io, reached, new SharedMedium.Parts(judge, rules, devices.processes())));
        return attached.whenComplete((medium, failure) -> {
            if (failure != null) {
                io.close();
            }
        });
    }
}
