// SPDX-License-Identifier: Apache-2.0
/**
 * Task Bench: graphs of tasks by pattern and grain, run by several systems, and METG, the smallest grain
 * at which a system still uses half of the machine.
 *
 * <p>This is an independent implementation of the metric and of the patterns; nothing here is a result
 * obtained with Task Bench itself. Source: Slaughter et al., "Task Bench: A Parameterized Benchmark for
 * Evaluating Parallel Runtime Performance", SC 2020.
 *
 * <p>To be read in this order: Pattern, TaskGraph, Points, Runner; then MetgCommand.
 */
package io.teff.bench.taskbench;
