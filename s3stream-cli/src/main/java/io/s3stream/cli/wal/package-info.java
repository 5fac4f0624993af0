/**
 * The tool's commands on write-ahead logs.
 *
 * <p>{@code WalCommand} lists them. {@code InspectCommand} shows the contents of a medium without opening or
 * locking it: its owner, its generations, and the frames that a recovery would find. {@code SwitchCommand} moves a
 * node to another WAL while it is open in this process, and waits until the former WAL is released. Start with
 * {@code InspectCommand}.
 */
@NullMarked
package io.s3stream.cli.wal;

import org.jspecify.annotations.NullMarked;
