/**
 * Makes few large objects of many small ones. {@code CompactionPlanner} says which; a {@code Compaction} copies their live
 * records, block by block and in bounded memory, into new objects, proves that these cover what was read, and commits them in
 * the place of the old ones. Whatever goes wrong on the way leaves objects that nobody names, and the state as it was.
 */
@NullMarked
package io.s3stream.core.compact;

import org.jspecify.annotations.NullMarked;
