/**
 * Results and options of the tools that read a store without opening it: verification, rebuild, and the search for
 * a record.
 *
 * <p>A tool registers no node, locks no medium and touches no WAL, so the store may be in use. {@link
 * io.s3stream.api.StreamStore#builder()} starts each tool, and needs only a storage. {@link
 * io.s3stream.api.tools.VerifyReport} and {@link io.s3stream.api.tools.RebuildReport} are the results. {@link
 * io.s3stream.api.tools.Finding} is one fault that a tool has found. Start with {@code VerifyReport}.
 */
@NullMarked
package io.s3stream.api.tools;

import org.jspecify.annotations.NullMarked;
