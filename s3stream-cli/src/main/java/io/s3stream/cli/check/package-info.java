/** The tool's commands that look at a store without opening it. */
@NullMarked
package io.s3stream.cli.check;

import org.jspecify.annotations.NullMarked;
