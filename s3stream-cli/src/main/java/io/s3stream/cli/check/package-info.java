/** The tool's commands that check a store without opening it, for example {@code verify} and {@code rebuild}. */
@NullMarked
package io.s3stream.cli.check;

import org.jspecify.annotations.NullMarked;
