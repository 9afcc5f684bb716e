/**
 * What holds the messages of rooms together, on one node or many: bytes and positions, and nothing
 * of what they mean. Layer 1.
 */
@NullMarked
package dev.millrace.cluster;

import org.jspecify.annotations.NullMarked;
