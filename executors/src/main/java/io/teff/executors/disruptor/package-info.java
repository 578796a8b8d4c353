// SPDX-License-Identifier: Apache-2.0
/**
 * An executor over one LMAX Disruptor ring. Start reading at {@link
 * io.teff.executors.disruptor.DisruptorExecutor}; {@code TaskRing} holds the protocol by which each
 * task is taken by one worker.
 */
package io.teff.executors.disruptor;
