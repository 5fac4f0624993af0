/** What all object storages share: the rules of keys, the reading of storage URIs, the cutting of ranges. */
@NullMarked
package io.s3stream.core.storage.support;

import org.jspecify.annotations.NullMarked;
