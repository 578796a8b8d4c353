// SPDX-License-Identifier: Apache-2.0
/**
 * What an engine tells of itself while it runs: a file that it keeps up to date, mapped into memory, and
 * readers in other processes that come and go, or read it when the engine is no more.
 *
 * <p>Reading order: {@link io.teff.monitor.MonitorReader} with {@link io.teff.monitor.MonitorInfo},
 * {@link io.teff.monitor.MonitorSnapshot}, {@link io.teff.monitor.TileGrid} and {@link
 * io.teff.monitor.EventCursor}; {@link io.teff.monitor.MonitorFiles}, which finds files; {@link
 * io.teff.monitor.EventRing}, the one protocol here that is more than a release and an acquire; {@link
 * io.teff.monitor.MonitorWriter}. The package knows no engine and no flow: both know it.
 *
 * <h2>The file, layout 2</h2>
 *
 * All numbers are little-endian words of 8 bytes at multiples of 8. A text is a word with its length in
 * bytes, and its bytes, UTF-8. Times in ns are those of {@code System.nanoTime()} of the engine's
 * machine, times in ms those since 1970.
 *
 * <pre>
 * HEADER   512 bytes, never changes
 * 0    magic "TEFFMON1", written last          8    layout, 2
 * 16   bytes of the file                       24   a random id
 * 32   process id                              40   when the process began, ms; 0 unknown
 * 48   when the file was made, ms              56   the same moment, ns
 * 64   regular workers, W                      72   places for spare workers, S; P = W + S
 * 80   1 if the last place is the sum of       88   rank; -1 none      96   ranks; 0 none
 *      spare workers without a place           104  events of a ring; 0 no timeline
 * 112  every how many tasks one is timed       120  counters, C
 * 128  rows of the steal matrix, M             136  names              144  apps
 * 152  edges        160  boards                168  cells of a board   176  queues
 * 184  buckets of a histogram
 * 256  14 sections in the order below, each: where it begins, its bytes
 *
 * SECTION     EACH ITEM, OFFSETS IN BYTES
 * LIVE        0 stamp, odd during an update   8 status, see EngineStatus   16 last update, ns
 *             24 last update, ms   32 updates   40 names given   48 names refused   56 apps
 *             64 apps refused   72 edges   80 boards   88 boards refused   96 engine ended, ms; 0 not
 * TEXT        one text, a line "key=value" each: engine, app.states, jvm, host, boot, topology, ...
 * COUNTERS    C of 96: 0 type (0 counter, 1 gauge)   8 scope (0 worker, 1 engine)
 *             16 label, a text of 56   72 unit, a text of 24
 * VALUES      1 + P of 8 C, rounded up to 128: the engine's values, then each worker's
 * WORKERS     P of 128: 0 state, see WorkerState   8 since, ns   16 pinned CPU, -1 none
 *             24 name of its task, 0 none   32 the task began or was first seen, ns; 0 unknown
 *             40 thread id
 * STEALS      M x M words, row thief, column victim; worker w is in row w / ceil(P / M)
 * HISTOGRAMS  wait, run, total: 0 sum, ns   8 greatest, ns   16 counts, see LogBuckets
 * NAMES       of 128: a text; id 0 is no name
 * APPS        of 128: 0 name   8 flow   16 tasks by state, 14 words in the order of app.states
 * EDGES       of 24: 0 from app   8 to app   16 how often
 * BOARDS      of 128: 0 name   8 width   16 height   24 tile   32 step   40 iteration
 *             48 when it began, ns   56 tiles ever computed
 * CELLS       of each board, of 24: 0 begin, ns   8 time, ns   16 bits 63..32 worker + 1, or -1 for a
 *             thread that is none; 31..0 iteration
 * QUEUES      of 32: 0 name, 0 unused   8 worker, -1 none   16 depth   24 capacity
 * RINGS       P + 1 of 256 + 32 * events, see EventRing; the last of threads that are no workers
 * </pre>
 *
 * Each word has one writer. A reader that wants all of one moment reads the stamp, even and with acquire,
 * then what it wants, then a fence, then the stamp again. A word that only grows never runs backwards for
 * any reader. Readers refuse other layouts; a new section, counter, state or kind of event is a new
 * layout only if readers of the old one would be misled.
 */
package io.teff.monitor;
