package io.s3stream.core.upload;

import io.s3stream.core.cache.StreamRun;
import io.s3stream.layout.BlockEntry;
import java.nio.ByteBuffer;

/**
 * A data block to be written: batches {@code [from, to)} of a run, whose memory does not move before they are sent.
 *
 * @param header the encoded block header
 */
record BlockPlan(BlockEntry entry, ByteBuffer header, StreamRun run, int from, int to) {}
