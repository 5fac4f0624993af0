/**
 * The catalogue: names and tags of all streams, beside the metadata. A rebuild finds in it what objects do not tell. Each object
 * below {@code catalog/} is a whole catalogue, and the one of the greatest position counts. A node writes a new one after streams were
 * created or deleted, many changes together; an opening finds from the key alone whether the newest one is up to date.
 */
@NullMarked
package io.s3stream.core.catalog;

import org.jspecify.annotations.NullMarked;
