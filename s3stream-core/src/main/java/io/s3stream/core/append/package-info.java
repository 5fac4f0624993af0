/**
 * From an append to its acknowledgement: offsets are assigned under the stream's lock, batches are encoded into slabs and
 * grouped into frames by one serial context, frames are written several at a time and acknowledged in order.
 */
@NullMarked
package io.s3stream.core.append;

import org.jspecify.annotations.NullMarked;
