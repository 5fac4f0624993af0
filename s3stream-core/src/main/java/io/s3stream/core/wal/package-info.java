/**
 * The WALs of this node as the engine sees them: the media it has attached, the generation it writes, and the earlier
 * ones that still hold what is not yet uploaded.
 */
@NullMarked
package io.s3stream.core.wal;

import org.jspecify.annotations.NullMarked;
