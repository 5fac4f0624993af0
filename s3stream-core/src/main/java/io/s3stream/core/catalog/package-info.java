/**
 * The catalogue: names and tags of all streams, kept as objects separate from the metadata. A rebuild needs it, because
 * data objects do not contain names and tags. Each object below {@code catalog/} is a whole catalogue; the greatest
 * position is valid.
 *
 * <p>{@link io.s3stream.core.catalog.CatalogKeeper} writes a new catalogue after streams were created or deleted, many
 * changes together. An opening finds out from the key alone whether the newest catalogue is current.
 * {@link io.s3stream.core.catalog.CatalogReader} reads catalogues for a rebuild. Start with
 * {@link io.s3stream.core.catalog.Catalog}, which defines the content and its encoding.
 *
 * <p>The serial context {@code catalog} owns the state of the keeper. All other types are immutable.
 */
@NullMarked
package io.s3stream.core.catalog;

import org.jspecify.annotations.NullMarked;
