/**
 * Deletes what nobody needs any more: retired objects after a grace [R21], what was written and never committed [R22],
 * abandoned uploads in parts, left-over objects of the metadata. The last in line: one request at a time, with pauses.
 */
@NullMarked
package io.s3stream.core.collect;

import org.jspecify.annotations.NullMarked;
