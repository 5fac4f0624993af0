/**
 * The demonstration, {@code bin/s3stream demo}.
 *
 * <p>{@link io.s3stream.cli.demo.DemoCommand} runs the acts in order: ingest, catch-up, trim and crash. Each act
 * is a class of its own that can be read alone. {@code CrashAct} kills a writer process and compares the stream
 * with the {@code Ledger} of acknowledged records. {@code DemoDirectory} holds the files. Start with {@code
 * DemoCommand}.
 */
@NullMarked
package io.s3stream.cli.demo;

import org.jspecify.annotations.NullMarked;
