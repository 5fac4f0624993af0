/**
 * Streams and nodes as the metadata have them, and the calls that change them.
 *
 * <p>{@link io.s3stream.api.metadata.StreamInfo} and {@link io.s3stream.api.metadata.NodeInfo} are the facts of one
 * stream and of one node. {@link io.s3stream.api.metadata.TakeOverOptions} and {@link
 * io.s3stream.api.metadata.TakeOverReport} belong to {@link io.s3stream.api.StreamStore#takeOver(int)}. A {@link
 * io.s3stream.api.metadata.MetadataChange} is one of several changes of one commit. A {@link
 * io.s3stream.api.metadata.MetadataSnapshot} has all streams and nodes of one moment, and a {@link
 * io.s3stream.api.metadata.MetadataListener} receives the changes between two snapshots. Start with {@code StreamInfo}.
 */
@NullMarked
package io.s3stream.api.metadata;

import org.jspecify.annotations.NullMarked;
