/**
 * Verifies that a store is complete and undamaged, and locates single records.
 *
 * <p>A pass checks every object that a metadata state names. Suspects are checked again by the state after the pass,
 * because a store in use trims, compacts and deletes. An object is lost if it is missing although a later state names
 * it [R20]. No other proof exists, and none is needed.
 *
 * <p>{@link io.s3stream.core.verify.StoreVerifier} is the place to start reading. {@code ObjectCheck} and {@code
 * RangeCheck} check one object, and {@code OrphanScan} finds objects without references. {@link
 * io.s3stream.core.verify.RecordLocator} finds the bytes of one offset.
 *
 * <p>A verification owns its state on the serial context {@code verify}. The {@code verify} I/O threads check blocks
 * and indexes. The tools write nothing.
 */
@NullMarked
package io.s3stream.core.verify;

import org.jspecify.annotations.NullMarked;
