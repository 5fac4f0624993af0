package io.s3stream.core.append;

import io.s3stream.core.events.OutageListener;
import io.s3stream.spi.wal.WalProfile;
import java.time.Duration;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Configures how the sequencer feeds a WAL.
 *
 * @param frameTarget size at which a frame is sealed on such a WAL even while the WAL is busy
 * @param idleFrameDelay time without an append before an empty frame publishes the acknowledgements
 * @param walTimeout time without an answer after which a WAL has failed, or is reported as silent
 * @param onSilence receives the silence of a WAL; null: a silent WAL has failed
 */
public record AppendOptions(
        int nodeId,
        ToIntFunction<WalProfile> frameTarget,
        Duration idleFrameDelay,
        Duration walTimeout,
        @Nullable OutageListener onSilence) {}
