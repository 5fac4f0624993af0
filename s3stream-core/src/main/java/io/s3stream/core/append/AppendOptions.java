package io.s3stream.core.append;

import io.s3stream.spi.wal.WalProfile;
import java.time.Duration;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How the sequencer feeds a WAL.
 *
 * @param frameTarget how large a frame grows on such a WAL before it is sealed even though the WAL is busy
 * @param idleFrameDelay after this without an append an empty frame publishes what was acknowledged
 * @param walTimeout when a WAL that does not answer has failed; null: never
 */
public record AppendOptions(
        int nodeId,
        ToIntFunction<WalProfile> frameTarget,
        Duration idleFrameDelay,
        @Nullable Duration walTimeout) {}
