/** The store and its streams: wiring only. Begin at {@link io.s3stream.core.StoreOpener}. */
@NullMarked
package io.s3stream.core;

import org.jspecify.annotations.NullMarked;
