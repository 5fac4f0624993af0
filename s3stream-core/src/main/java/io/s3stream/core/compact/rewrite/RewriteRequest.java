package io.s3stream.core.compact.rewrite;

import io.s3stream.api.BatchFilter;
import java.util.function.LongConsumer;

/**
 * A call that rewrites a stream.
 *
 * @param from the filter sees the batches that lie within {@code [from, to)}
 * @param onReplaced called on the context of the compaction after each commit, with the end of the replaced ranges: older
 *     copies in memory must not be read
 */
public record RewriteRequest(long streamId, long from, long to, BatchFilter filter, LongConsumer onReplaced) {}
