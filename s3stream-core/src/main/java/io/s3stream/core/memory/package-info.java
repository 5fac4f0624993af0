/** Direct memory: one budget, slabs with one reference count each, permits. Nothing here is owned per record. */
@NullMarked
package io.s3stream.core.memory;

import org.jspecify.annotations.NullMarked;
