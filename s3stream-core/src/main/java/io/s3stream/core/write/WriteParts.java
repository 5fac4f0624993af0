package io.s3stream.core.write;

import io.s3stream.api.StoreConfig;
import io.s3stream.core.append.AppendGate;
import io.s3stream.core.append.AppendListener;
import io.s3stream.core.append.AppendOptions;
import io.s3stream.core.append.AppendSequencer;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.memory.AppendMemory;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.recovery.OpenedNode;
import io.s3stream.core.upload.UploadListener;
import io.s3stream.core.upload.Uploader;

/** Creates and connects the parts of a write path, in the order of their dependencies. */
final class WriteParts {

    private final WritePath.Collaborators with;
    private final WriteSettings settings;
    private final StoreConfig config;
    private final AppendMemory memory;
    private final MemoryBudget budget;
    private final WritePath.Node node;
    private final OpenedNode opened;

    final WriteCache cache;
    final Uploader uploader;
    final AppendSequencer sequencer;
    final RoomMaker room;
    final AppendGate gate;
    final RetiredWals retired;
    final WalSwitcher switcher;

    /** @param path receives the events of the sequencer and of the uploader, and serves the switches of the WAL */
    WriteParts(
            WritePath.Collaborators with,
            WriteSettings settings,
            AppendMemory memory,
            WritePath.Node node,
            WritePath path) {
        this.with = with;
        this.settings = settings;
        this.config = settings.config();
        this.memory = memory;
        this.budget = memory.budget();
        this.node = node;
        this.opened = node.opened();
        this.cache = new WriteCache(budget, with.metrics().memory(), opened.committed());
        this.uploader = newUploader(path);
        this.sequencer = newSequencer(path);
        this.room = newRoomMaker();
        this.gate = newGate();
        this.retired = newRetiredWals();
        this.switcher = newSwitcher(path);
        retired.onReleased(switcher::giveBack);
        watch(with.metrics());
    }

    private Uploader newUploader(UploadListener listener) {
        return new Uploader(
                new Uploader.Collaborators(
                        with.runtime(),
                        with.context(),
                        cache,
                        with.writer(),
                        with.metadata(),
                        with.metrics().upload()),
                new Uploader.NodeIdentity(node.id(), opened.nodeEpoch()),
                settings.uploads(),
                with.grouping(),
                settings.rules().commitOrder(),
                listener);
    }

    private AppendSequencer newSequencer(AppendListener listener) {
        AppendOptions options = new AppendOptions(
                node.id(),
                profile -> settings.plan().frameTargetBytes(config, profile, opened.maxFrameBytes()),
                config.idleFrameDelay(),
                config.walTimeout(),
                node.fallback() == null ? with.events() : null);
        return new AppendSequencer(
                new AppendSequencer.Collaborators(with.runtime(), with.context(), memory, cache, with.metrics()),
                opened.wal(),
                options,
                new AppendSequencer.Parts(
                        settings.rules().ackOrder(),
                        settings.rules().appendInbox(),
                        settings.rules().claimRule()),
                listener);
    }

    private RoomMaker newRoomMaker() {
        return new RoomMaker(
                with.context(),
                budget,
                cache,
                settings.plan().highWater(),
                new Throttling(with.runtime(), with.context(), budget, with.events()),
                uploader::onPressure,
                sequencer::ackedThrough);
    }

    private AppendGate newGate() {
        return new AppendGate(
                budget,
                MemoryPlan.maxAppendBytes(config, opened.maxFrameBytes()),
                MemoryPlan.maxBodyBytes(config, opened.maxFrameBytes()),
                sequencer,
                with.metrics().append(),
                room::request,
                settings.rules().offsetRule());
    }

    private RetiredWals newRetiredWals() {
        return new RetiredWals(
                with.runtime(),
                with.context(),
                with.metadata(),
                node.id(),
                opened.nodeEpoch(),
                opened.committed().sequence());
    }

    private WalSwitcher newSwitcher(WalSwitcher.Host host) {
        return new WalSwitcher(
                new WalSwitcher.Collaborators(
                        with.runtime(),
                        with.context(),
                        with.metadata(),
                        sequencer,
                        retired,
                        settings.rules().handOver(),
                        config.walTimeout(),
                        with.metrics().wal(),
                        with.events()),
                node.id(),
                opened,
                node.fallback(),
                MemoryPlan.maxFrameBytes(config, opened.maxFrameBytes()),
                host);
    }

    private void watch(StoreMetrics metrics) {
        metrics.append().watchQueue(sequencer::waiting);
        metrics.wal()
                .watch(
                        () -> switcher.current().log().usedBytes(),
                        () -> switcher.current().descriptor().capacityBytes(),
                        retired::atRiskBytes);
        metrics.memory().watchWriteCache(budget::used, budget.limit());
    }
}
