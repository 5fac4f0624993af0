/** The production runtime: few, named threads. The only package of the engine that touches threads and clocks. */
@NullMarked
package io.s3stream.core.runtime;

import org.jspecify.annotations.NullMarked;
