/**
 * The tool's commands that check a store without opening it.
 *
 * <p>{@code VerifyCommand} reads metadata and objects and prints findings. {@code RebuildCommand} makes metadata
 * from objects. {@code ExplainCommand} shows where a record is. {@code KeptCommand} lists and releases the objects
 * that a rebuild has kept. {@code FindingLines} and {@code Json} format the output. Start with {@code
 * VerifyCommand}.
 */
@NullMarked
package io.s3stream.cli.check;

import org.jspecify.annotations.NullMarked;
