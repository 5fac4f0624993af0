package io.s3stream.wal.block;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * WALs at {@code block:///path/to/file} and {@code block:///dev/name}. Options:
 *
 * <ul>
 *   <li>{@code capacity}: bytes of file or device to use, at least 96 KiB; default 512 MiB for a file, all of a device.
 *       Frames are at most a quarter of it.
 *   <li>{@code maxInFlight}: frames written at the same time, default 8
 *   <li>{@code maxInFlightBytes}: default 8 MiB
 *   <li>{@code singleAttach=true}: your word that nobody else can still write to the medium, where the lock cannot prove
 *       it, for example because the volume has moved to another host
 * </ul>
 */
public final class BlockWalProvider implements WalProvider {

    private final DeviceSource devices;
    private final TailJudge judge;

    /** For {@link java.util.ServiceLoader}: files and devices of this machine. */
    public BlockWalProvider() {
        this(new FileDeviceSource());
    }

    /** @param devices for a simulator */
    public BlockWalProvider(DeviceSource devices) {
        this(devices, new TailJudge());
    }

    /** @param judge for a test that shows what is lost without it */
    public BlockWalProvider(DeviceSource devices, TailJudge judge) {
        this.devices = devices;
        this.judge = judge;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(BlockOptions.SCHEME);
    }

    @Override
    public String mediumId(URI uri) {
        return BlockOptions.SCHEME + ":" + BlockOptions.path(uri);
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
        CompletableFuture<WalMedium> attached = executor.submit("wal-attach", () -> attach(request, executor));
        attached.whenComplete((medium, failure) -> {
            if (failure != null) {
                executor.close();
            }
        });
        return attached;
    }

    private WalMedium attach(AttachRequest request, IoExecutor executor) throws IOException {
        String name = request.options().path().toString();
        BlockDevice device;
        try {
            device = devices.open(request.options().path(), request.mode() == AttachMode.CREATE);
        } catch (IOException e) {
            throw new StorageException("block WAL " + name + " cannot be opened: " + e.getMessage(), e);
        }
        boolean attached = false;
        try {
            MediumIo io = new MediumIo(name, device, executor, request.context().allocator());
            WalMedium medium = new BlockMedium(io, judge, request, new Attach(request, device).run());
            attached = true;
            return medium;
        } catch (IOException e) {
            throw new StorageException("block WAL " + name + " cannot be attached: " + e.getMessage(), e);
        } finally {
            if (!attached) {
                device.close();
            }
        }
    }
}
