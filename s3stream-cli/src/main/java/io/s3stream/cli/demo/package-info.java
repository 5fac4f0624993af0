/**
 * The demonstration. {@link io.s3stream.cli.demo.DemoCommand} runs the acts in order. Each act is a class that can
 * be read alone.
 */
@NullMarked
package io.s3stream.cli.demo;

import org.jspecify.annotations.NullMarked;
