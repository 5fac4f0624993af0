/**
 * Opening a node: take the locks, take a new node epoch, fence, replay, seal, upload and commit what was replayed, and
 * only then begin a new generation. Crashing anywhere in between and opening again is always right.
 */
@NullMarked
package io.s3stream.core.recovery;

import org.jspecify.annotations.NullMarked;
