package io.s3stream.core.append;

import io.s3stream.core.errors.OutageListener;
import io.s3stream.spi.wal.WalProfile;
import java.time.Duration;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How the sequencer feeds a WAL.
 *
 * @param frameTarget how large a frame grows on such a WAL before it is sealed even though the WAL is busy
 * @param idleFrameDelay after this without an append an empty frame publishes what was acknowledged
 * @param walTimeout after this without an answer a WAL has failed, or is told as silent
 * @param onSilence receives the silence of a WAL; null: a silent WAL has failed
 */
public record AppendOptions(
        int nodeId,
        ToIntFunction<WalProfile> frameTarget,
        Duration idleFrameDelay,
        Duration walTimeout,
        @Nullable OutageListener onSilence) {}
