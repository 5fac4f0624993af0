/**
 * The demonstration. {@link io.s3stream.examples.demo.DemoCommand} runs the acts in order. Each act is a class that can
 * be read alone.
 */
@NullMarked
package io.s3stream.examples.demo;

import org.jspecify.annotations.NullMarked;
