/**
 * What is read without asking anybody: the write cache, which holds everything not yet uploaded and as much after that as
 * fits, and the block cache, which holds what was read from object storage.
 */
@NullMarked
package io.s3stream.core.cache;

import org.jspecify.annotations.NullMarked;
