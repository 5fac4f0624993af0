/**
 * Results and options of the tools that read a store without opening it: verification, rebuild, and the search for a
 * record. A tool registers no node, locks no medium and touches no WAL, so the store may be in use. {@code
 * StreamStore.builder()} starts each tool, and needs only a storage.
 */
@NullMarked
package io.s3stream.api.tools;

import org.jspecify.annotations.NullMarked;
