/**
 * What looks at a store without opening it: is it whole, what can be rebuilt, where is a record. Nothing here registers a
 * node, takes a lock or touches a WAL, so a store may be in use meanwhile. Begins at {@code StreamStore.builder()}, which
 * needs no more than a storage for it.
 */
@NullMarked
package io.s3stream.api.tools;

import org.jspecify.annotations.NullMarked;
