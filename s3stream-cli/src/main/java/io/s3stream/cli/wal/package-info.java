/** The tool's commands about write-ahead logs. */
@NullMarked
package io.s3stream.cli.wal;

import org.jspecify.annotations.NullMarked;
