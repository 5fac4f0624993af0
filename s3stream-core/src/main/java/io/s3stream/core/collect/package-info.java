/**
 * Deletion from object storage: retired objects after a grace period [R21], orphans [R22], abandoned multipart uploads,
 * and left-over objects of the metadata.
 *
 * <p>Start with {@link io.s3stream.core.collect.ObjectCollector}, which works in rounds.
 * {@link io.s3stream.core.collect.CollectRules} decides when a retired object may be deleted. {@code Sweeper} compares
 * storage with metadata, and {@link io.s3stream.core.collect.OrphanRule} decides which objects no process can commit. A
 * mistake here loses data, so both rules have tests that break them.
 *
 * <p>The serial context {@code collect} owns all state. It sends one request at a time, with pauses, so that deletion
 * never competes with other work.
 */
@NullMarked
package io.s3stream.core.collect;

import org.jspecify.annotations.NullMarked;
