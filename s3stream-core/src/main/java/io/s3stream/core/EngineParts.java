package io.s3stream.core;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.StoreConfig;
import io.s3stream.core.append.AckOrder;
import io.s3stream.core.append.AppendInbox;
import io.s3stream.core.append.rules.ClaimRule;
import io.s3stream.core.append.rules.OffsetRule;
import io.s3stream.core.append.rules.OutcomeRule;
import io.s3stream.core.collect.CollectRules;
import io.s3stream.core.collect.OrphanRule;
import io.s3stream.core.compact.CompactionSettings;
import io.s3stream.core.compact.CoverageProof;
import io.s3stream.core.compact.TrimRule;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.ReadBuffers;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.log.CommandIntake;
import io.s3stream.core.metadata.log.MetadataSettings;
import io.s3stream.core.metadata.state.ChainRule;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.core.rebuild.LossRule;
import io.s3stream.core.recovery.RecoveryPlan;
import io.s3stream.core.runtime.FailureRule;
import io.s3stream.core.stream.CallerAnswers;
import io.s3stream.core.upload.CommitOrder;
import io.s3stream.core.upload.RunFilter;
import io.s3stream.core.write.HandOver;
import io.s3stream.core.write.WriteRules;
import io.s3stream.spi.runtime.ServiceProviders;
import io.s3stream.spi.wal.WalProvider;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Creates the replaceable parts of the engine. A subclass replaces one of them: a simulation replaces the WALs, and a
 * test replaces a rule by a broken one to show that the break is detected.
 */
public class EngineParts {

    public List<WalProvider> walProviders() {
        return ServiceProviders.of(WalProvider.class, EngineParts.class);
    }

    /** Creates the allocator for reads from object storage and WALs. */
    public ByteBufAllocator allocator(StoreConfig config) {
        return ReadBuffers.pool(config.readBufferBytes());
    }

    public SlabPool slabPool(int slabBytes, int alignment, MemoryBudget budget, long pinLimit) {
        return new SlabPool(slabBytes, alignment, budget, pinLimit);
    }

    public CallerAnswers callerAnswers(Executor callbacks) {
        return new CallerAnswers(callbacks);
    }

    public AckOrder ackOrder() {
        return new AckOrder();
    }

    public AppendInbox appendInbox() {
        return new AppendInbox();
    }

    public ClaimRule claimRule() {
        return new ClaimRule();
    }

    public OffsetRule offsetRule() {
        return new OffsetRule();
    }

    public FailureRule failureRule() {
        return new FailureRule();
    }

    public OutcomeRule outcomeRule() {
        return new OutcomeRule();
    }

    public CommitOrder commitOrder() {
        return new CommitOrder();
    }

    public RunFilter runFilter() {
        return new RunFilter();
    }

    public RecoveryPlan recoveryPlan() {
        return new RecoveryPlan();
    }

    public HandOver handOver() {
        return new HandOver();
    }

    /** The rules of the write path, from the methods above. */
    final WriteRules writeRules() {
        return new WriteRules(
                ackOrder(), appendInbox(), claimRule(), offsetRule(), outcomeRule(), commitOrder(), handOver());
    }

    public CollectRules collectRules() {
        return new CollectRules();
    }

    public OrphanRule orphanRule() {
        return new OrphanRule();
    }

    public LossRule lossRule() {
        return new LossRule();
    }

    public StateMachine stateMachine() {
        return new StateMachine();
    }

    public CommandIntake commandIntake() {
        return new CommandIntake();
    }

    public ChainRule chainRule() {
        return new ChainRule();
    }

    public TrimRule trimRule() {
        return new TrimRule();
    }

    public CoverageProof coverageProof() {
        return new CoverageProof();
    }

    public CompactionSettings compactionSettings(StoreConfig config) {
        return CompactionSettings.of(config);
    }

    public MetadataSettings metadataSettings() {
        return MetadataSettings.DEFAULT;
    }
}
