/**
 * Whether a store is whole. One pass looks at every object that a metadata state names; what is not as it should be is
 * looked at again by the state of after the pass, because a store in use trims, compacts and deletes meanwhile. An object
 * that is missing although a state that was read later names it is lost [R20]; there is no other proof, and no need of one.
 */
@NullMarked
package io.s3stream.core.verify;

import org.jspecify.annotations.NullMarked;
